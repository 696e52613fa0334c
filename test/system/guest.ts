import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { root } from './environment.ts';

const run = promisify(execFile);

/** In the order in which they need each other (Debian 12's kernel). */
const MODULES = [
  ...['virtio_ring', 'virtio', 'virtio_pci_modern_dev', 'virtio_pci_legacy_dev', 'virtio_pci'],
  ...['netfs', 'fscache', '9pnet', '9pnet_virtio', '9p', 'fuse', 'virtiofs', 'qemu_fw_cfg'],
];

/** Bridges with VLANs, which a script asks for by name. */
export const NETWORK_MODULES = ['llc', 'stp', 'bridge', 'mrp', 'garp', '8021q', 'veth'];

const ALL_MODULES = [...MODULES, ...NETWORK_MODULES];

interface GuestParts {
  kernel: string;
  busybox: string;
  /** Module name → file. */
  modules: Map<string, string>;
}

/** Debian's kernel and static busybox, taken out of their packages once and kept below .cache. */
export async function guestParts(): Promise<GuestParts> {
  // Named after its parts: a folder with fewer of them is another one.
  const stamp = createHash('sha1').update(ALL_MODULES.join()).digest('hex').slice(0, 8);
  const folder = path.join(root, `.cache/guest-${stamp}`);
  if (!existsSync(folder)) await unpack(folder);
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const find = (pattern: RegExp): string => path.join(folder, names.find((name) => pattern.test(name)) ?? '');
  const modules = new Map(ALL_MODULES.map((name) => [name, find(new RegExp(`/${name}\\.ko$`))]));
  return { kernel: find(/boot\/vmlinuz-[^/]+$/), busybox: find(/bin\/busybox$/), modules };
}

async function unpack(folder: string): Promise<void> {
  const work = mkdtempSync(path.join(tmpdir(), 'proxwright-guest-'));
  // apt fetches as its own user.
  chmodSync(work, 0o755);
  const { stdout } = await run('apt-cache', ['depends', 'linux-image-amd64']);
  const image = /Depends: (linux-image-\S+)/.exec(stdout)?.[1];
  if (!image) throw new Error('apt knows no linux-image-amd64: run apt-get update');
  await run('apt-get', ['download', image, 'busybox-static'], { cwd: work });
  const wanted = ['./boot/vmlinuz*', './bin/busybox', ...ALL_MODULES.map((name) => `*/${name}.ko`)];
  const fresh = path.join(work, 'guest');
  mkdirSync(fresh);
  for (const archive of readdirSync(work).filter((name) => name.endsWith('.deb'))) {
    const tar = path.join(work, 'data.tar');
    await run('sh', ['-c', 'dpkg-deb --fsys-tarfile "$1" > "$2"', 'sh', path.join(work, archive), tar]);
    // Of the patterns each package has some only.
    await run('tar', ['-xf', tar, '-C', fresh, '--wildcards', ...wanted]).catch(() => undefined);
  }
  mkdirSync(path.dirname(folder), { recursive: true });
  try {
    renameSync(fresh, folder);
  } catch {
    // Another file system, or another test was quicker.
    if (!existsSync(folder)) await run('cp', ['-a', fresh, folder]);
  }
  rmSync(work, { recursive: true, force: true });
}

export interface GuestOptions {
  args: readonly string[];
  /** MiB */
  memory?: number;
  /** Beside those that every guest gets; in the order in which they need each other. */
  modules?: readonly string[];
  cores?: number;
  /** How long it may take; a boot takes 2 s alone on two cores. */
  seconds?: number;
}

/**
 * Boots Debian's kernel with a busybox and runs a script as its init; returns what the script printed. `args`
 * are handed to QEMU as they are.
 */
export async function bootGuest(
  script: string,
  { args, memory = 256, modules = [], cores = 1, seconds = 120 }: GuestOptions,
): Promise<string> {
  const work = mkdtempSync(path.join(tmpdir(), 'proxwright-boot-'));
  try {
    const parts = await guestParts();
    const initrd = await makeInitrd(script, { parts, load: [...MODULES, ...modules], work });
    const qemu = [
      ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
      ...['-m', String(memory), '-smp', String(cores), '-serial', 'stdio'],
      ...['-kernel', parts.kernel, '-initrd', initrd, '-append', 'console=ttyS0 panic=-1 quiet'],
      ...args,
    ];
    const printed = await ended('qemu-system-x86_64', qemu, seconds);
    const [, body] = /=== begin\r?\n([\s\S]*?)=== end/.exec(printed) ?? [];
    if (body === undefined) throw new Error(`the guest did not come to its script:\n${printed.slice(-2000)}`);
    return body.replaceAll('\r', '');
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function makeInitrd(
  script: string,
  { parts, load, work }: { parts: GuestParts; load: readonly string[]; work: string },
): Promise<string> {
  const { busybox, modules } = parts;
  const tree = path.join(work, 'tree');
  for (const folder of ['bin', 'proc', 'sys', 'dev', 'mnt', 'modules'])
    mkdirSync(path.join(tree, folder), { recursive: true });
  writeFileSync(path.join(tree, 'bin/busybox'), readFileSync(busybox), { mode: 0o755 });
  for (const [name, file] of modules)
    writeFileSync(path.join(tree, `modules/${name}.ko`), readFileSync(file));
  const init = [
    '#!/bin/busybox sh',
    '/bin/busybox --install -s /bin',
    'mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev',
    `for m in ${load.join(' ')}; do insmod /modules/$m.ko; done`,
    'echo "=== begin"',
    script,
    'echo "=== end"',
    'sync; poweroff -f',
    '',
  ].join('\n');
  writeFileSync(path.join(tree, 'init'), init, { mode: 0o755 });
  const initrd = path.join(work, 'initrd');
  await run('sh', [
    '-c',
    'cd "$1" && find . | "$2" cpio -o -H newc > "$3" 2>/dev/null',
    'sh',
    tree,
    busybox,
    initrd,
  ]);
  return initrd;
}

function ended(command: string, args: readonly string[], seconds: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const late = setTimeout(() => child.kill('SIGKILL'), seconds * 1_000);
    let printed = '';
    child.stdout.on('data', (data) => (printed += data));
    child.stderr.on('data', (data) => (printed += data));
    child.on('error', reject);
    child.on('close', () => {
      clearTimeout(late);
      resolve(printed);
    });
  });
}
