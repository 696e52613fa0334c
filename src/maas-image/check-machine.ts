import { readFile, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RunError } from '../errors.ts';
import type { ImageEdges } from './edges.ts';
import type { ImageSpec } from './image-spec.ts';
import { roomFor } from './room.ts';
import { runCommand } from './run-command.ts';
import { needTools } from './tools.ts';

/** Whether a native build can begin here; throws RunError with what to do first. */
export async function checkMachine(spec: ImageSpec, output: string, edges: ImageEdges): Promise<void> {
  if (edges.uid !== 0) {
    throw new RunError('the native engine needs root: it makes devices and changes root', {
      fix: 'run it with sudo, or use engine: docker or packer',
    });
  }
  await needTools(edges, ['mmdebstrap', 'pigz', 'unshare', 'setpriv', 'arch-test', 'gpgv', 'tar']);
  await checkArchitecture(spec.arch, edges);
  const folder = dirname(output);
  const there = await stat(folder).catch(() => undefined);
  if (!there?.isDirectory()) {
    throw new RunError('the folder for the image is not there', { where: folder, fix: `mkdir -p ${folder}` });
  }
  await mustExist(spec.debian_keyring, 'the key of Debian', 'apt-get install debian-archive-keyring');
  if (spec.script) await checkScript(spec.script);
  for (const { source } of spec.files)
    await mustExist(source, 'a file for the image', 'check maas_image.files');
  const work = spec.work_dir ?? edges.temporary;
  const { bavail, bsize } = await statfs(work).catch(() => ({ bavail: Number.POSITIVE_INFINITY, bsize: 1 }));
  const { building: room } = roomFor(spec);
  if (bavail * bsize < room) {
    throw new RunError(`there is too little room to build in: ${gigabytes(bavail * bsize)} free`, {
      where: work,
      why: `${gigabytes(room)} are needed`,
      fix: 'free some, or set maas_image.work_dir to a folder on another disk',
    });
  }
}

/** The packages' own scripts run while the image is put together, as programs of its architecture. */
async function checkArchitecture(arch: ImageSpec['arch'], edges: ImageEdges): Promise<void> {
  const { exitCode } = await runCommand(edges, ['arch-test', arch]);
  if (exitCode === 0) return;
  throw new RunError(`this machine cannot run programs of ${arch}`, {
    fix: 'apt-get install qemu-user-static binfmt-support, or build on a machine of that architecture',
  });
}

/** The kernel would look for a program whose name ends in a carriage return, minutes later. */
async function checkScript(script: string): Promise<void> {
  await mustExist(script, 'the customise script', 'check maas_image.script');
  if (!/^#!.*\r\n/.test(await readFile(script, 'latin1'))) return;
  throw new RunError('the customise script has the line ends of Windows', {
    where: script,
    fix: `sed -i 's/\\r$//' ${script}`,
  });
}

async function mustExist(path: string, what: string, fix: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (!there?.isFile()) throw new RunError(`${what} is not there`, { where: path, fix });
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
