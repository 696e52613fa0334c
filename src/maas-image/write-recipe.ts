import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RunError } from '../errors.ts';
import type { ImageEdges } from './edges.ts';
import { hasProxmox, type ImageSpec } from './image-spec.ts';
import { fetchKeyring } from './keyring.ts';
import type { Recipe } from './recipe.ts';

/**
 * Puts a recipe's files into a folder: the bundled ones, those of the answers, and the key of Proxmox VE's
 * repository. `offline`: a key that would have to be fetched is left to who builds. Throws RunError.
 */
export async function writeRecipe(
  spec: ImageSpec,
  {
    recipe,
    folder,
    edges,
    offline = false,
  }: { recipe: Recipe; folder: string; edges: ImageEdges; offline?: boolean },
): Promise<void> {
  for (const [path, { content, mode }] of recipe.files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content, { mode });
  }
  for (const [index, { source }] of spec.files.entries())
    await copy(source, join(folder, 'extra', String(index)));
  if (spec.script) await copy(spec.script, join(folder, 'customise'));
  const known = spec.keyring !== undefined && 'file' in spec.keyring;
  if (hasProxmox(spec) && (known || !offline)) await fetchKeyring(spec, join(folder, 'proxmox.gpg'), edges);
}

async function copy(source: string, target: string): Promise<void> {
  try {
    await copyFile(source, target);
  } catch (cause) {
    throw new RunError('a file for the image cannot be read', {
      where: source,
      why: (cause as Error).message,
      fix: 'check maas_image.files and maas_image.script',
      cause,
    });
  }
}
