import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Commands } from './commands.ts';
import type { KeaProgram } from './kea-process.ts';
import { debianFolders, type Folders } from './place.ts';
import { readOrNothing } from './tree.ts';
import { knownHoles, parseKeaVersion } from './version.ts';

/** What of Kea is installed. */
export interface Installation {
  /** Undefined: it does not run, see `problem`. */
  version: string | undefined;
  problem: string | undefined;
}

export async function readInstallation(program: string, commands: Commands): Promise<Installation> {
  const { code, stdout, stderr } = await commands.run([program, '-v']);
  if (code === 127 || (code !== 0 && !existsSync(program))) {
    return { version: undefined, problem: `${program} is not installed: apt install kea-dhcp4-server` };
  }
  const version = parseKeaVersion(stdout);
  const problem = version ? undefined : `${program} -v failed: ${stderr.trim() || `exit code ${code}`}`;
  return { version, problem };
}

/**
 * Kea as Debian's own service runs it: as _kea, with no more than the two capabilities that it needs. Debian's
 * AppArmor profile allows one control socket and one lease file, so ours is chosen where it is loaded.
 */
export function keaProgram(
  options: { program: string; folders: Folders },
  edges: { commands: Commands; now(): number },
): KeaProgram {
  const owner = keaUser(readOrNothing('/etc/passwd'));
  const profiles = readOrNothing('/sys/kernel/security/apparmor/profiles');
  return { ...options, ...edges, owner, wrap: [...leaveRoot(owner), ...chooseProfile(profiles)] };
}

/** Sentences on what is wrong with the installed version. */
export function findingsOfKea({ version }: Installation): string[] {
  return version ? knownHoles(version).map(({ message }) => message) : [];
}

/** Hook libraries lie in a folder per architecture. */
export function findHooks(): string {
  const folders = existsSync('/usr/lib') ? readdirSync('/usr/lib') : [];
  const found = folders.map((name) => join('/usr/lib', name, 'kea/hooks')).find((path) => existsSync(path));
  return found ?? debianFolders.hooks;
}

export function keaUser(passwd: string): { uid: number; gid: number } | undefined {
  const [, uid, gid] = /^_kea:[^:]*:(\d+):(\d+):/m.exec(passwd) ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined;
}

function leaveRoot(owner: KeaProgram['owner']): string[] {
  if (!owner) return [];
  const capabilities = '-all,+net_raw,+net_bind_service';
  return [
    'setpriv',
    `--reuid=${owner.uid}`,
    `--regid=${owner.gid}`,
    '--clear-groups',
    `--inh-caps=${capabilities}`,
    `--ambient-caps=${capabilities}`,
    `--bounding-set=${capabilities}`,
    '--',
  ];
}

/** The last words before Kea, since they choose the profile of the next exec. */
export function chooseProfile(profiles: string): string[] {
  if (/^proxwright-kea /m.test(profiles)) return ['aa-exec', '-p', 'proxwright-kea', '--'];
  if (/^(kea-dhcp4|\/usr\/sbin\/kea-dhcp4) /m.test(profiles)) return ['aa-exec', '-p', 'unconfined', '--'];
  return [];
}
