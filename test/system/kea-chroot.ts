/** The agent with the Kea of another Debian than this machine's, in a root folder of its own. */
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { root } from './environment.ts';

const run = promisify(execFile);

/** What a node has beside Kea: `ip`; `nsenter` and `setpriv` are essential. */
const PACKAGES = ['kea-dhcp4-server', 'kea-dhcp6-server', 'iproute2'];

/** A minimal Debian with its Kea; made once, in ten seconds, and kept below .cache. */
export async function debianWithKea(suite: string): Promise<string> {
  const folder = path.join(root, '.cache/kea', suite);
  if (existsSync(folder)) return folder;
  const work = mkdtempSync(path.join(tmpdir(), 'proxwright-kea-debian-'));
  try {
    const fresh = path.join(work, 'debian');
    const options = ['--mode=root', '--variant=essential', '--quiet', `--include=${PACKAGES.join()}`];
    await run('mmdebstrap', [...options, '--aptopt=APT::Install-Recommends "false"', suite, fresh], {
      timeout: 300_000,
    });
    mkdirSync(path.dirname(folder), { recursive: true });
    // Beside its last place, since the temporary folder may be on another file system.
    await run('cp', ['-a', fresh, `${folder}.${process.pid}`]);
    if (existsSync(folder)) rmSync(`${folder}.${process.pid}`, { recursive: true });
    else renameSync(`${folder}.${process.pid}`, folder);
    return folder;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Command words that go into that Debian, and how to leave it. */
export interface Inside {
  enter: readonly string[];
  leave(): Promise<void>;
}

/**
 * Mounts what the agent needs of this machine into the folder: the sources, and `shared`, both where they are here.
 * Only the processes behind `enter` see the mounts, so that nothing is left of them afterwards.
 */
export async function goInside(debian: string, shared: string): Promise<Inside> {
  const inside = (place: string): string => path.join(debian, place);
  for (const place of [root, shared]) mkdirSync(inside(place), { recursive: true });
  const mounts = [
    // "ip netns" wants a root that is a mount.
    `mount --bind ${debian} ${debian}`,
    `mount --rbind /proc ${inside('proc')}`,
    `mount --rbind /sys ${inside('sys')}`,
    `mount --rbind /dev ${inside('dev')}`,
    // Pid files, sockets and namespaces of one test are not another's.
    `mount -t tmpfs tmpfs ${inside('run')}`,
    `mount -t tmpfs -o mode=755 tmpfs ${inside('var/lib')}`,
    `mount --bind ${root} ${inside(root)}`,
    `mount --bind ${shared} ${inside(shared)}`,
  ];
  const script = `set -e; ${mounts.join('; ')}; echo ready; exec sleep infinity`;
  const holder = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    holder.stderr.on('data', (text: Buffer) => {
      said += text;
    });
    holder.stdout.once('data', () => resolve());
    holder.once('error', reject);
    holder.once('exit', () => reject(new Error(`the mounts were not made: ${said}`)));
  });
  const ended = new Promise<void>((resolve) => holder.once('exit', () => resolve()));
  return {
    enter: ['nsenter', '-t', String(holder.pid), '--mount', '--', 'chroot', debian],
    async leave() {
      holder.kill('SIGKILL');
      await ended;
      // The folder that it was mounted to; empty, or it stays.
      rmdirSync(inside(shared));
    },
  };
}
