import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Env, stateFolder } from '../../env.ts';
import { runsFolder } from '../running/runs-folder.ts';

/**
 * What new uids derive from. Equal as long as no run was made in between, so that planning twice gives the
 * same plan; never equal for two runs or two machines, so that no uid comes twice.
 */
export async function planSeed(env: Env): Promise<string> {
  const folder = stateFolder(env);
  const runs = await readdir(runsFolder(env)).catch(() => []);
  const last =
    runs
      .filter((name) => name.endsWith('.jsonl'))
      .sort()
      .at(-1) ?? '';
  return createHash('sha256')
    .update(`${await installation(folder)}/${last}`)
    .digest('hex');
}

/**
 * What new secrets derive from, as {@link planSeed}. That seed stands in saved plans, and the mark behind it in
 * locks: this one also holds something that stands nowhere else.
 */
export async function secretSeed(env: Env, seed: string): Promise<string> {
  const own = await randomMark(stateFolder(env), 'secret');
  return createHash('sha256').update(`${own}/${seed}`).digest('hex');
}

/** A random mark of this machine and user, made once. Where it cannot be kept, a new one each time. */
export async function installation(folder: string): Promise<string> {
  return randomMark(folder, 'installation');
}

async function randomMark(folder: string, name: string): Promise<string> {
  const file = path.join(folder, name);
  const known = await readFile(file, 'utf8').catch(() => '');
  if (known !== '') return known;
  const made = randomBytes(16).toString('hex');
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(file, made, { mode: 0o600, flag: 'wx' });
  } catch {
    return (await readFile(file, 'utf8').catch(() => '')) || made;
  }
  return made;
}
