import { spawn } from 'node:child_process';
import path from 'node:path';
import { cleanEnvironment, root } from './environment.ts';

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the program from its sources, as its own process, with nothing of this one's environment. */
export function runMain(
  home: string,
  args: readonly string[],
  variables: Record<string, string> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [path.join(root, 'src/main.ts'), ...args], {
    env: cleanEnvironment(home, variables),
    cwd: home,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended: Ended = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (data) => (ended.stdout += data));
  child.stderr.on('data', (data) => (ended.stderr += data));
  return new Promise((resolve) => child.on('close', (code) => resolve({ ...ended, code })));
}
