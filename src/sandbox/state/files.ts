import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { TargetError } from '../../errors.ts';

let written = 0;

/**
 * Replaces a file in one step, so that a kill at any moment leaves the old or the new text, never a part.
 * Makes missing folders. `mode` holds from the first byte on.
 */
export function writeAtomic(path: string, data: string | Uint8Array, mode = 0o644): void {
  written += 1;
  const temporary = join(dirname(path), `.${basename(path)}.tmp${written}`);
  try {
    writeFileSync(temporary, data, { mode });
  } catch (error) {
    if (!isMissing(error)) throw error;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, data, { mode });
  }
  renameSync(temporary, path);
}

/** The text of a file, or undefined when there is none. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** A JSON file's value, or undefined when there is none. The caller knows what it wrote there. */
export function readJson<T>(path: string): T | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new TargetError("the sandbox's state is damaged", {
      where: path,
      why: 'it is not the JSON that was written there',
      fix: 'proxwright sandbox reset begins anew',
      cause,
    });
  }
}

export function writeJson(path: string, value: unknown, mode = 0o644): void {
  writeAtomic(path, `${JSON.stringify(value)}\n`, mode);
}

/** The names in a folder, without leftovers of interrupted writes; none when the folder is not there. */
export function listNames(path: string): string[] {
  try {
    return readdirSync(path).filter((name) => !/^\..*\.tmp\d+$/.test(name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

export function remove(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
