import { access, constants, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { RunError, UsageError } from '../errors.ts';
import { checkGuest } from './boot/checks.ts';
import { makeDisk } from './boot/disk.ts';
import { type Accel, type Guest, makeKey, startGuest } from './boot/guest.ts';
import type { ImageEdges } from './edges.ts';
import { needTools } from './tools.ts';
import type { Finding } from './verify/finding.ts';
import { withWorkFolder } from './work-folder.ts';

export interface BootOptions {
  /** Default: KVM where it works, else emulation. */
  accel?: Accel | undefined;
  /** MiB. */
  memory?: number;
}

export interface BootReport {
  findings: Finding[];
  /** The serial console, when a finding is a failure; else empty. */
  serial: string[];
}

/**
 * Boots an image in QEMU by UEFI, with a NoCloud seed and the network that our hook writes, and looks at it through
 * SSH. Throws RunError when it does not come up (with the end of its serial log), and where root or a tool is missing.
 */
export function bootImage(file: string, edges: ImageEdges, options: BootOptions = {}): Promise<BootReport> {
  return withBooted(file, { ...options, edges }, async (guest) => {
    const findings = await checkGuest(guest, edges);
    const failed = findings.some(({ severity }) => severity === 'fail');
    return { findings, serial: failed ? (await guest.serial()).split(/\r?\n/) : [] };
  });
}

/** Boots an image for as long as `work` takes. */
export async function withBooted<Result>(
  file: string,
  { edges, accel, memory = 2048 }: BootOptions & { edges: ImageEdges },
  work: (guest: Guest) => Promise<Result>,
): Promise<Result> {
  const path = resolve(edges.cwd, file);
  if (!(await stat(path).catch(() => undefined))?.isFile()) {
    throw new UsageError('there is no such image', { where: path, fix: 'proxwright image build' });
  }
  if (edges.uid !== 0) {
    throw new RunError('booting an image needs root: its files keep their owners when it is unpacked', {
      fix: 'run it with sudo; `proxwright image verify` needs no root',
    });
  }
  await needTools(edges, ['qemu-system-x86_64', 'mke2fs', 'setpriv', 'tar', 'ssh', 'ssh-keygen', 'python3']);
  return withWorkFolder(edges.temporary, edges, async (folder) => {
    edges.progress({ type: 'phase', phase: 'prepare', title: 'Unpacking to a disk', fraction: 0 });
    const { key, publicKey } = await makeKey(folder, edges);
    const files = await makeDisk(path, { work: folder, publicKey }, edges);
    edges.progress({ type: 'phase', phase: 'prepare', title: 'Unpacking to a disk', fraction: 1 });
    const guest = await startGuest({ files, key, accel: accel ?? (await usableKvm()), memory }, edges);
    edges.progress({ type: 'phase', phase: 'boot', title: 'Boot', fraction: 1 });
    try {
      return await work(guest);
    } finally {
      await guest.stop();
    }
  });
}

async function usableKvm(): Promise<Accel> {
  return access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => 'kvm' as const,
    () => 'tcg' as const,
  );
}
