import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { root } from './environment.ts';

let current: string | undefined;

/** The binary as it is shipped; one that is missing or older than the sources would test something else. */
export function shippedBinary(): string {
  current ??= checked();
  return current;
}

function checked(): string {
  const args = [path.join(root, 'scripts/setup.mjs'), 'binary', '--check'];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr.trim());
  return path.join(root, 'dist/proxwright');
}
