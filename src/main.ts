import { homedir, hostname, tmpdir, userInfo } from 'node:os';
import type { CommandLine } from './cli.ts';
import type { Env } from './env.ts';
import { endureLostOutput } from './lost-output.ts';
import { version } from './version.ts';

/**
 * The one place that knows the process: argv, environment, streams, signals and exit code come and go here.
 * Everything is loaded when it is needed, so that `--version` costs nothing but Node itself.
 */
async function main(argv: readonly string[]): Promise<number> {
  // Scripts ask for it: answered before anything else is loaded.
  if (argv[0] === '--version' || argv[0] === '-V') return tellVersion();
  await refuseOldNode();
  const { parseCommandLine } = await import('./cli.ts');
  const line = parseCommandLine(argv);
  const { switches, command } = line;
  if (switches.has('version')) return tellVersion();
  if (switches.has('help')) {
    process.stdout.write((await import('./commands/help.ts')).helpText(command));
    return 0;
  }
  const env = await environment();
  return command === undefined ? terminalUi(line, env) : run(command, line, env);
}

/** Ink, execa and vitest want 22; what an older one lacks would show as errors that say nothing. */
async function refuseOldNode(): Promise<void> {
  const { node } = process.versions;
  if (Number.parseInt(node, 10) >= 22) return;
  const { UsageError } = await import('./errors.ts');
  throw new UsageError(`this needs Node 24, and runs on ${node}`, {
    fix: 'npm start, or the binary: npm run build',
  });
}

function tellVersion(): number {
  process.stdout.write(`${version}\n`);
  return 0;
}

async function run(command: string, line: CommandLine, env: Env): Promise<number> {
  switch (command) {
    case 'apply':
      return (await import('./commands/apply.ts')).apply(line, env);
    case 'destroy':
      return (await import('./commands/apply.ts')).apply(line, env, 'destroy');
    case 'plan':
      return (await import('./commands/plan.ts')).plan(line, env);
    case 'validate':
      return (await import('./commands/validate.ts')).validate(line, env);
    case 'schema':
      return (await import('./commands/schema.ts')).schema(env);
    case 'doctor':
      return (await import('./commands/doctor.ts')).doctor(line, env);
    case 'runs':
      return (await import('./commands/runs.ts')).runs(line, env);
    case 'butane':
      return (await import('./commands/butane.ts')).butane(line, env);
    case 'import':
      return (await import('./commands/import.ts')).importFiles(line, env);
    case 'kea':
      return (await import('./commands/kea.ts')).kea(line, env);
    case 'image':
      return (await import('./commands/image.ts')).image(line, env);
    case 'sandbox':
      return (await import('./commands/sandbox.ts')).sandbox(line, env);
    case 'completion':
      return (await import('./commands/completion.ts')).completion(line, env);
    default: {
      const { UsageError } = await import('./errors.ts');
      throw new UsageError(`there is no command "${command}"`, { fix: 'proxwright --help' });
    }
  }
}

async function terminalUi(line: CommandLine, env: Env): Promise<number> {
  if (!env.stdin.isTTY || !env.stdout.isTTY) {
    process.stderr.write((await import('./commands/help.ts')).helpText(undefined));
    process.stderr.write('The terminal UI needs a terminal; without one, name a command.\n');
    return 2;
  }
  return (await import('./commands/terminal-ui.ts')).terminalUi(line, env);
}

async function environment(): Promise<Env> {
  const { username } = userInfo();
  return {
    variables: process.env,
    cwd: await workingFolder(),
    home: process.env.HOME || homedir(),
    uid: process.geteuid?.() ?? -1,
    user: username,
    pid: process.pid,
    machine: hostname(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    signal: untilInterrupted(),
    isAlive,
    stop: (pid) => void process.kill(pid, 'SIGTERM'),
    sendSignal,
    self: [process.execPath, ...(process.argv[1] ? [process.argv[1]] : [])],
    arch: process.arch,
    temporary: tmpdir(),
  };
}

async function workingFolder(): Promise<string> {
  try {
    return process.cwd();
  } catch (cause) {
    const { UsageError } = await import('./errors.ts');
    throw new UsageError('the folder that this was called in is gone', { fix: 'cd to another one', cause });
  }
}

/** False: there is no such process. A negative id is a group. */
function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** The first Ctrl+C ends things well; the second one at once. */
function untilInterrupted(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}

/** Signal 0 only asks. A process that we may not signal (EPERM) lives, too. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

endureLostOutput({
  stdout: process.stdout,
  stderr: process.stderr,
  onUnwritten(line) {
    process.stderr.write(`${line}\n`);
    process.on('exit', () => {
      process.exitCode ||= 1;
    });
  },
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const { describeError, exitCodeOf } = await import('./errors.ts');
  for (const text of describeError(error)) process.stderr.write(`${text}\n`);
  if (process.argv.includes('debug') && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exitCode = exitCodeOf(error);
}
