import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { TargetError } from '../errors.ts';
import type { GuestKind } from './guest-conf.ts';
import { forbidsDhcp, sdnDhcpVnets } from './pve-conf.ts';
import { readRegularFile } from './regular-file.ts';

export interface ConfFile {
  vmid: number;
  kind: GuestKind;
  path: string;
}

const FOLDERS: readonly [string, GuestKind][] = [
  ['qemu-server', 'qemu'],
  ['lxc', 'lxc'],
];

/**
 * The folders of the nodes whose guests are meant: this node's in a live /etc/pve, else the folder itself if it
 * holds qemu-server or lxc, else all of nodes/*. Throws TargetError if there are none.
 */
export function nodeFolders(pve: string): string[] {
  const local = join(pve, 'local');
  for (const folder of [local, pve]) {
    if (FOLDERS.some(([name]) => existsSync(join(folder, name)))) return [folder];
  }
  const nodes = join(pve, 'nodes');
  const found = existsSync(nodes) ? readdirSync(nodes).map((name) => join(nodes, name)) : [];
  const folders = found.filter((folder) => FOLDERS.some(([name]) => existsSync(join(folder, name))));
  if (folders.length > 0) return folders.sort();
  throw new TargetError(`${pve} holds no guest configurations`, {
    why: 'there is no local, qemu-server, lxc or nodes/* in it',
    fix: 'name a copy of /etc/pve, or run this on a Proxmox VE node',
  });
}

/** The configuration files below a node's folder. Throws if the folder cannot be read at all. */
export function listConfs(nodeFolder: string): ConfFile[] {
  const files: ConfFile[] = [];
  let readable = false;
  let failure: unknown;
  for (const [name, kind] of FOLDERS) {
    try {
      for (const file of readdirSync(join(nodeFolder, name))) {
        const vmid = confId(file);
        if (vmid !== undefined) files.push({ vmid, kind, path: join(nodeFolder, name, file) });
      }
      readable = true;
    } catch (error) {
      failure = error;
      // One of the two may be missing; one that is there and cannot be read must not look empty.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  if (!readable) throw failure;
  return files;
}

/** `104` of `104.conf`; undefined for any other file, such as one that is being written. */
export function confId(file: string): number | undefined {
  const id = /^([1-9]\d{2,8})\.conf$/.exec(file)?.[1];
  return id === undefined ? undefined : Number(id);
}

/** Guests whose own firewall file forbids DHCP. */
export function readFirewalledDhcp(pve: string): Set<number> {
  const found = new Set<number>();
  for (const file of listOrNothing(join(pve, 'firewall'))) {
    const vmid = /^(\d+)\.fw$/.exec(file)?.[1];
    if (vmid && forbidsDhcp(readOrNothing(join(pve, 'firewall', file)))) found.add(Number(vmid));
  }
  return found;
}

export function readSdnDhcp(pve: string): Map<string, string> {
  return sdnDhcpVnets(
    readOrNothing(join(pve, 'sdn', 'zones.cfg')),
    readOrNothing(join(pve, 'sdn', 'vnets.cfg')),
  );
}

export function readOrNothing(path: string): string {
  try {
    return readRegularFile(path);
  } catch {
    return '';
  }
}

function listOrNothing(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
