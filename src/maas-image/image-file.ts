import { copyFile, link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { besideTarball, type Manifest } from './manifest.ts';

/** An image that lies on this machine, as far as its manifest tells. */
export interface ImageFile {
  bytes: number;
  /** Milliseconds since 1970. */
  changed: number;
  /** Undefined: no manifest of ours belongs to this file, so it is somebody else's. */
  manifest?: Manifest;
}

const MANIFEST = '.manifest.json';
const PREVIOUS = '.previous';

/** What lies under an image's name; undefined: nothing. */
export async function lookAtImage(output: string): Promise<ImageFile | undefined> {
  const there = await stat(output).catch(() => undefined);
  if (!there) return undefined;
  const found = { bytes: there.size, changed: there.mtimeMs };
  const manifest = await readManifest(besideTarball(output, MANIFEST));
  return manifest?.tarball.bytes === there.size ? { ...found, manifest } : found;
}

/** Undefined where there is none, or where the file is something else. */
export async function readManifest(file: string): Promise<Manifest | undefined> {
  try {
    const value = JSON.parse(await readFile(file, 'utf8')) as Partial<Manifest> | null;
    const whole =
      value?.version === 1 && typeof value.tarball?.sha256 === 'string' && Array.isArray(value.packages);
    return whole ? (value as Manifest) : undefined;
  } catch {
    return undefined;
  }
}

/** Written beside the old one, then put in its place: a manifest is whole or not there. */
export async function writeManifest(output: string, manifest: Manifest): Promise<void> {
  const file = besideTarball(output, MANIFEST);
  await writeFile(`${file}.part`, `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(`${file}.part`, file);
}

/** Keeps the image under a second name, so that a new one may take its place; false where there is none. */
export async function keepPrevious(output: string): Promise<boolean> {
  const there = await lookAtImage(output);
  if (!there?.manifest) return false;
  const previous = previousOf(output);
  await forgetPrevious(output);
  // Two names for one file, where the file system can: nothing is missing in between.
  await link(output, previous).catch(() => copyFile(output, previous));
  await copyFile(besideTarball(output, MANIFEST), besideTarball(previous, MANIFEST));
  return true;
}

export async function forgetPrevious(output: string): Promise<void> {
  await removeFiles(previousOf(output));
}

/** Puts the image that was kept back in its place. */
export async function bringBackPrevious(output: string): Promise<void> {
  const previous = previousOf(output);
  if (!(await stat(previous).catch(() => undefined))) return;
  await rename(previous, output);
  await rename(besideTarball(previous, MANIFEST), besideTarball(output, MANIFEST)).catch(() => undefined);
}

/** The tarball, its manifest and its log. */
export async function removeFiles(output: string): Promise<void> {
  for (const file of [output, besideTarball(output, MANIFEST), besideTarball(output, '.log')])
    await rm(file, { force: true });
}

/** `image.previous.tar.gz` of `image.tar.gz`. */
export function previousOf(output: string): string {
  return besideTarball(output, `${PREVIOUS}${output.slice(besideTarball(output, '').length)}`);
}
