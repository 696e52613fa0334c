import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Env } from '../env.ts';
import { CancelledError } from '../errors.ts';
import { Secret } from '../plan/secret.ts';

/** Asks at the terminal; anything but a clear yes is a no. Throws CancelledError for Ctrl+C and Ctrl+D. */
export async function confirm(question: string, env: Env): Promise<boolean> {
  return /^y(es)?$/i.test((await ask(`${question} [y/N] `, env, env.stderr)).trim());
}

/** Asks for what nobody else is to read; undefined where nothing is typed. */
export async function askSecret(question: string, env: Env): Promise<Secret | undefined> {
  env.stderr.write(`${question} `);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    const answer = await ask('', env, nowhere);
    return answer === '' ? undefined : new Secret(answer);
  } finally {
    env.stderr.write('\n');
  }
}

async function ask(question: string, env: Env, output: NodeJS.WritableStream): Promise<string> {
  const terminal = createInterface({ input: env.stdin, output, terminal: env.stdin.isTTY === true });
  try {
    return await terminal.question(question, { signal: env.signal });
  } catch (error) {
    // Ctrl+C and Ctrl+D come as keys here, and not as a signal.
    if (env.signal.aborted || (error as Error).name === 'AbortError')
      throw new CancelledError('nothing was done', { cause: error });
    throw error;
  } finally {
    terminal.close();
  }
}
