import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

export interface Ran {
  /** 127 where the program does not exist. */
  code: number;
  stdout: string;
  stderr: string;
}

/** A Kea that outlives the agent: its own session, its output in a file. */
export interface Started {
  pid: number;
  /** Settles when the process is gone. */
  ended: Promise<void>;
}

/** What the agent does to the system, other than with files: the edge that tests can replace. */
export interface Commands {
  run(argv: readonly string[], options?: { input?: string; timeout?: number }): Promise<Ran>;
  startDetached(
    argv: readonly string[],
    options: { log: string; env: Record<string, string> },
  ): Promise<Started>;
  /** Calls back for each line that the command prints; ends with the signal or with the command. */
  follow(argv: readonly string[], options: { line(text: string): void; signal: AbortSignal }): Promise<void>;
  /** False: no such process. */
  kill(pid: number, signal: 'SIGTERM' | 'SIGKILL'): boolean;
}

/** Commands on this machine. `kill` and the environment come from main, which alone knows the process. */
export function localCommands(env: {
  variables: Readonly<Record<string, string | undefined>>;
  kill(pid: number, signal: 'SIGTERM' | 'SIGKILL'): boolean;
}): Commands {
  const { variables, kill } = env;
  return {
    kill,
    run: (argv, { input, timeout = 20_000 } = {}) =>
      new Promise((resolve) => {
        const child = spawn(argv[0] as string, argv.slice(1), {
          stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
          env: variables,
        });
        const timer = setTimeout(() => child.kill('SIGKILL'), timeout);
        const settle = (ran: Ran): void => {
          clearTimeout(timer);
          resolve(ran);
        };
        let stdout = '';
        let stderr = '';
        child.stdout?.setEncoding('utf8').on('data', (text: string) => {
          stdout += text;
        });
        child.stderr?.setEncoding('utf8').on('data', (text: string) => {
          stderr += text;
        });
        child.stdin?.on('error', () => undefined).end(input);
        child.on('error', (error) => settle({ code: 127, stdout, stderr: error.message }));
        child.on('close', (code) => settle({ code: code ?? 1, stdout, stderr }));
      }),
    startDetached: (argv, options) =>
      startDetached(argv, { ...options, env: { ...variables, ...options.env } }),
    follow: (argv, { line, signal }) =>
      new Promise((resolve) => {
        const child = spawn(argv[0] as string, argv.slice(1), {
          stdio: ['ignore', 'pipe', 'ignore'],
          env: variables,
          signal,
        });
        let rest = '';
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          const lines = (rest + text).split('\n');
          rest = lines.pop() ?? '';
          for (const each of lines) line(each);
        });
        child.on('error', () => resolve());
        child.on('close', () => resolve());
      }),
  };
}

function startDetached(
  argv: readonly string[],
  { log, env }: { log: string; env: Readonly<Record<string, string | undefined>> },
): Promise<Started> {
  // Appending, so that the file can be cut short while Kea runs.
  const output = openSync(log, 'a', 0o640);
  const child = spawn(argv[0] as string, argv.slice(1), {
    detached: true,
    stdio: ['ignore', output, output],
    env,
    cwd: '/',
  });
  closeSync(output);
  child.unref();
  const ended = new Promise<void>((resolve) => {
    child.on('exit', () => resolve());
    child.on('error', () => resolve());
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => resolve({ pid: child.pid as number, ended }));
  });
}
