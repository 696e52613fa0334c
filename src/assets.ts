/**
 * Files that ship with the program: the image catalogue, keys, hookscripts, presets.
 * They lie at `../assets` of this module in all three forms of the program: sources (`src/`), bundle
 * (`dist/app/*.mjs`) and binary (the snapshot folder). Paths are strings throughout, because inside a pkg
 * binary `node:fs` finds nothing by a URL object.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', 'assets');

/** The absolute path of a bundled file or folder, such as `keys/flatcar.asc`; it need not exist. */
export function assetPath(relative: string): string {
  return join(ROOT, ...relative.split('/'));
}

/** The text of a bundled file. Throws node's ENOENT: a missing asset is a broken installation. */
export function readAsset(relative: string): string {
  return readFileSync(assetPath(relative), 'utf8');
}

/** File names in a bundled folder, sorted; empty if there is no such folder, or it is a file. */
export function listAssets(folder: string): string[] {
  try {
    return readdirSync(assetPath(folder)).sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return [];
    throw error;
  }
}
