import { posix } from 'node:path';
import { CommandError } from '../errors.ts';
import { modeAt, octal, temporaryName } from './file-mode.ts';
import type { CommandResult, Host, RunOptions } from './host.ts';

export interface RawResult {
  exitCode: number;
  stdout: Buffer;
  stderr: Buffer;
}

export interface RawOptions extends RunOptions {
  /** May be run again where the connection was lost in the middle. */
  repeatable?: boolean;
}

/** Runs a command elsewhere. Throws CommandError (timeout), TargetError (no connection). */
export type RunCommand = (argv: readonly string[], options: RawOptions) => Promise<RawResult>;

/** The four verbs over commands alone: nothing is needed on the far side but a shell and coreutils. */
export function remoteHost(node: string, run: RunCommand): Host {
  const must = (argv: readonly string[], options: RawOptions = {}): Promise<Buffer> =>
    whole(node, run, argv, options);

  return {
    node,
    async run(argv, options = {}) {
      return resultOf(await run(argv, options));
    },
    async read(path) {
      const argv = ['cat', '--', path];
      const done = await run(argv, { repeatable: true });
      if (done.exitCode === 0) return done.stdout;
      const there = await run(['test', '-e', path], { repeatable: true });
      if (there.exitCode === 1) return undefined;
      throw failed(node, argv, done);
    },
    async write(path, content, { mode }) {
      const there = octal(modeAt(path, mode));
      const temporary = temporaryName(path);
      await must(['mkdir', '-p', '--', posix.dirname(path)], { repeatable: true });
      try {
        // A connection that ends in the middle leaves a short temporary file, and no rename follows.
        const argv = ['install', '-m', there, '/dev/stdin', temporary];
        await must(argv, { input: content, repeatable: true, timeout: WRITE_TIMEOUT });
        // -T: a folder of that name is an error, not a place to move to.
        await must(['mv', '-f', '-T', '--', temporary, path]);
      } catch (error) {
        await run(['rm', '-f', '--', temporary], { repeatable: true }).catch(() => {});
        throw error;
      }
    },
    async remove(path) {
      await must(['rm', '-f', '--', path, temporaryName(path)], { repeatable: true });
    },
  };
}

/** What a command says that has to end well. Throws CommandError. */
export async function whole(
  node: string,
  run: RunCommand,
  argv: readonly string[],
  options: RawOptions = {},
): Promise<Buffer> {
  const done = await run(argv, options);
  if (done.exitCode === 0) return done.stdout;
  throw failed(node, argv, done);
}

/** Snippets are small, but lines may be slow. */
const WRITE_TIMEOUT = 120_000;

export function resultOf(raw: RawResult): CommandResult {
  return { exitCode: raw.exitCode, stdout: raw.stdout.toString('utf8'), stderr: raw.stderr.toString('utf8') };
}

export function failed(node: string, argv: readonly string[], done: RawResult): CommandError {
  const stderr = done.stderr.toString('utf8').trim();
  const said = stderr.split('\n').at(-1) || `exit code ${done.exitCode}`;
  return new CommandError(`${argv[0]} failed: ${said}`, argv, stderr, { where: node });
}

export function tookTooLong(node: string, argv: readonly string[], timeout: number): CommandError {
  return new CommandError(`${argv[0]} took longer than ${timeout / 1000} s and was ended`, argv, '', {
    where: node,
  });
}

/**
 * The command with its own end on the far side: a closed connection does not end a silent process, and sshd
 * signals none for root (it wants privilege separation for that).
 */
export function endingItself(argv: readonly string[], { timeout = DEFAULT_TIMEOUT }: RunOptions): string[] {
  return ['timeout', '-k', '5', String(Math.ceil(timeout / 1000) + 1), ...argv];
}

/** Milliseconds; of {@link RunOptions.timeout}. */
export const DEFAULT_TIMEOUT = 30_000;
