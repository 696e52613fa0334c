import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ImageEdges } from './edges.ts';
import type { ImageSpec } from './image-spec.ts';
import { PROXMOX_KEY } from './keyring.ts';
import { buildRecipe } from './recipe.ts';
import { DEBIAN_KEYRING } from './sources.ts';

/**
 * sha256 of all that makes an image what it is but the packages' own versions: what is asked for, the files that
 * go in, and our own hooks. How it is built (engine, proxy, folders) does not count.
 */
export async function recipeHash(
  spec: ImageSpec,
  { asset, cwd }: Pick<ImageEdges, 'asset' | 'cwd'>,
): Promise<string> {
  const same = { ...spec, debian_keyring: DEBIAN_KEYRING, apt_proxy: undefined, apt_auth_file: undefined };
  const { files, argv, env } = buildRecipe(same, { asset, work: '/recipe' });
  const hash = createHash('sha256');
  hash.update(
    JSON.stringify([[...files].sort(), argv, env, spec.files.map(({ path, mode }) => [path, mode])]),
  );
  for (const file of [...spec.files.map(({ source }) => source), ...(spec.script ? [spec.script] : [])])
    hash.update(`\n${await sumOf(resolve(cwd, file))}`);
  const { keyring = PROXMOX_KEY } = spec;
  if (spec.proxmox !== 'none')
    hash.update(
      `\n${'file' in keyring ? await sumOf(resolve(cwd, keyring.file)) : keyring.sha256.toLowerCase()}`,
    );
  return hash.digest('hex');
}

/** A file that is not there counts as such: the build itself says what is wrong. */
async function sumOf(file: string): Promise<string> {
  const content = await readFile(file).catch(() => undefined);
  return content === undefined ? 'not there' : createHash('sha256').update(content).digest('hex');
}
