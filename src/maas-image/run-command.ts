import type { Readable } from 'node:stream';
import { CancelledError } from '../errors.ts';
import type { ImageEdges, StartOptions } from './edges.ts';

export interface Outcome {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs a command to its end. Throws only CancelledError: an exit code is an answer. */
export async function runCommand(
  edges: Pick<ImageEdges, 'start' | 'signal'>,
  argv: readonly string[],
  options: StartOptions & { input?: string } = {},
): Promise<Outcome> {
  if (edges.signal.aborted) throw new CancelledError();
  const { input, ...start } = options;
  const running = edges.start(argv, start);
  const stop = (): void => running.kill();
  edges.signal.addEventListener('abort', stop);
  try {
    running.stdin.end(input ?? '');
    const [stdout, stderr, exitCode] = await Promise.all([
      textOf(running.stdout),
      textOf(running.stderr),
      running.exit,
    ]);
    if (edges.signal.aborted) throw new CancelledError();
    return { exitCode, stdout, stderr };
  } finally {
    edges.signal.removeEventListener('abort', stop);
  }
}

/** Whether the PATH has a command. */
export async function hasTool(edges: Pick<ImageEdges, 'start' | 'signal'>, name: string): Promise<boolean> {
  return (await runCommand(edges, ['sh', '-c', 'command -v -- "$1"', 'sh', name])).exitCode === 0;
}

async function textOf(stream: Readable): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
