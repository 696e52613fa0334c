import { chmod, lstat, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { RunError } from '../errors.ts';
import type { ImageEdges } from './edges.ts';
import { runCommand } from './run-command.ts';

const PREFIX = 'proxwright-image-';

/** Runs `work` with a folder of its own, which is gone afterwards, with all that was mounted below it. */
export async function withWorkFolder<Result>(
  parent: string,
  edges: ImageEdges,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await make(parent);
  try {
    await edges.noteFolder?.(folder);
    return await work(folder);
  } finally {
    await clear(folder, edges);
  }
}

/** Removes what a killed process left of its work; only folders that `withWorkFolder` made. */
export async function clearLeftFolder(folder: string, edges: ImageEdges): Promise<void> {
  if (!basename(folder).startsWith(PREFIX)) return;
  const there = await lstat(folder).catch(() => undefined);
  if (there?.isDirectory() && there.uid === edges.uid) await clear(folder, edges);
}

async function make(parent: string): Promise<string> {
  try {
    await mkdir(parent, { recursive: true });
    const folder = await mkdtemp(join(parent, PREFIX));
    // apt downloads as its own user, who has to get through; what is secret inside has modes of its own.
    await chmod(folder, 0o711);
    return folder;
  } catch (cause) {
    throw new RunError('the work folder cannot be made', {
      where: parent,
      why: (cause as Error).message,
      fix: 'set maas_image.work_dir to a folder of a disk with 4 GB free',
      cause,
    });
  }
}

async function clear(folder: string, edges: ImageEdges): Promise<void> {
  // Cleaning up goes on after a cancel.
  const anyway = { ...edges, signal: new AbortController().signal };
  for (const mounted of (await mountsBelow(folder)).reverse()) {
    await runCommand(anyway, ['umount', '--lazy', '--', mounted]);
  }
  if ((await mountsBelow(folder)).length > 0) {
    throw new RunError('something is still mounted in the work folder, so it was left', {
      where: folder,
      fix: `umount -R ${folder}; rm -r --one-file-system ${folder}`,
    });
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Mount points below a folder, outer ones first (proc_pid_mountinfo(5): the fifth field, blanks as \040). */
async function mountsBelow(folder: string): Promise<string[]> {
  const text = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
  return text
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .map((path) =>
      path.replaceAll(/\\(\d{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8))),
    )
    .filter((path) => path.startsWith(`${folder}/`));
}
