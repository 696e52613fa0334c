import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Env } from '../env.ts';
import { UsageError } from '../errors.ts';
import { systemWords } from '../system-words.ts';

/** Writes a file that the command line named, for this user alone. Throws UsageError where it cannot be. */
export async function writeAsked(name: string, content: string | Uint8Array, env: Env): Promise<void> {
  const file = path.resolve(env.cwd, name);
  try {
    await writeFile(file, content, { mode: 0o600 });
  } catch (error) {
    const why = systemWords(error as NodeJS.ErrnoException);
    throw new UsageError(`${name} cannot be written`, { where: file, why, cause: error });
  }
}
