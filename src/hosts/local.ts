import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Duplex } from 'node:stream';
import { execa } from 'execa';
import { CancelledError, CommandError } from '../errors.ts';
import { modeAt, temporaryName } from './file-mode.ts';
import type { Host } from './host.ts';
import {
  DEFAULT_TIMEOUT,
  type RawOptions,
  type RawResult,
  type RunCommand,
  resultOf,
  tookTooLong,
} from './remote.ts';

export interface LocalOptions {
  /** The node's name, as the cluster calls it. */
  node: string;
  /** Environment of the commands; the C locale is added. */
  env: Readonly<Record<string, string | undefined>>;
}

/** This machine: commands by execa, files by the file system. */
export function localHost({ node, env }: LocalOptions): Host {
  const run = localCommands({ node, env });
  return {
    node,
    run: async (argv, options = {}) => resultOf(await run(argv, options)),
    async read(path) {
      try {
        return await readFile(path);
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw fileError(node, path, error);
      }
    },
    async write(path, content, { mode }) {
      const there = modeAt(path, mode);
      const temporary = temporaryName(path);
      try {
        await mkdir(dirname(path), { recursive: true });
        // What a writer that was killed left there.
        await rm(temporary, { force: true });
        await writeWhole(temporary, content, there);
        await rename(temporary, path);
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => {});
        throw fileError(node, path, error);
      }
    },
    async remove(path) {
      try {
        await rm(path, { force: true });
        await rm(temporaryName(path), { force: true });
      } catch (error) {
        throw fileError(node, path, error);
      }
    },
  };
}

/** Commands of this machine alone, as the way to other nodes of the cluster. */
export function localCommands({ node, env }: LocalOptions): RunCommand {
  return (argv, options) => runLocally(node, argv, { ...options, env });
}

/** A shell command whose input and output are a connection; ended with the stream. */
export function localDuplex(command: string, env: LocalOptions['env']): Duplex {
  // exec: ending the shell ends what it runs.
  return execa('sh', ['-c', `exec ${command}`], {
    env: { ...env },
    extendEnv: false,
    buffer: false,
    stderr: 'ignore',
  }).duplex();
}

type LocalRun = RawOptions & { env: LocalOptions['env'] };

async function runLocally(node: string, argv: readonly string[], options: LocalRun): Promise<RawResult> {
  const [file, ...args] = argv;
  if (file === undefined) throw new CommandError('an empty command cannot be run', argv, '', { where: node });
  const timeout = options.timeout ?? DEFAULT_TIMEOUT;
  const done = await execa(file, args, {
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    ...(options.signal ? { cancelSignal: options.signal } : {}),
    env: { ...options.env, LC_ALL: 'C.UTF-8' },
    extendEnv: false,
    timeout,
    // A command that ignores SIGTERM must not hold us up.
    forceKillAfterDelay: 2_000,
    reject: false,
    encoding: 'buffer',
    stripFinalNewline: false,
  });
  if (done.isCanceled) throw new CancelledError('cancelled', { where: node });
  if (done.timedOut) throw tookTooLong(node, argv, timeout);
  if (done.exitCode !== undefined) {
    return { exitCode: done.exitCode, stdout: Buffer.from(done.stdout), stderr: Buffer.from(done.stderr) };
  }
  // As a shell has it, so that local and remote hosts say the same.
  if (done.code === 'ENOENT') return said(127, `${file}: command not found\n`);
  if (done.code === 'EACCES') return said(126, `${file}: permission denied\n`);
  const why = done.signal ? `ended by ${done.signal}` : (done.originalMessage ?? 'did not start');
  throw new CommandError(`${file} failed: ${why}`, argv, Buffer.from(done.stderr ?? []).toString('utf8'), {
    where: node,
  });
}

function said(exitCode: number, stderr: string): RawResult {
  return { exitCode, stdout: Buffer.alloc(0), stderr: Buffer.from(stderr) };
}

async function writeWhole(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    // The mode of open is cut by the umask.
    await file.chmod(mode);
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

function fileError(node: string, path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const message = error.message.split('\n')[0] ?? '';
  return new CommandError(message, [], '', { where: `${node}: ${path}`, cause: error });
}
