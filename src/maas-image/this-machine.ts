import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ImageEdges, LocalMachine, Running, StartOptions } from './edges.ts';

/** How long a group may take to clean up before it is killed: mmdebstrap removes a few GB. */
const GRACE = 20_000;

export type Start = ImageEdges['start'];

export interface Machine {
  /** Environment of the commands; the C locale is added. */
  variables: ImageEdges['variables'];
  /** As process.kill: a negative id is a group. */
  sendSignal(pid: number, signal: NodeJS.Signals): void;
}

/** Commands of this machine. */
export function startsHere(machine: Machine): Start {
  return (argv, options = {}) => start(argv, options, machine);
}

function start(
  argv: readonly string[],
  { cwd, env = {} }: StartOptions,
  { variables, sendSignal }: Machine,
): Running {
  const [file = '', ...args] = argv;
  const child = spawn(file, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...variables, LC_ALL: 'C.UTF-8', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own: a Ctrl+C at the terminal reaches us, and we end the command in our order.
    detached: true,
  });
  // A command that is gone does not read on; its exit code tells more than the broken pipe.
  child.stdin.on('error', () => {});
  let failure = '';
  const exit = new Promise<number>((resolve) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      failure = error.message;
      resolve(error.code === 'ENOENT' ? 127 : 126);
    });
    child.on('close', (code, signal) =>
      resolve(failure ? 127 : (code ?? 128 + (signal ? constants.signals[signal] : 0))),
    );
  });
  let ended = false;
  void exit.then(() => {
    ended = true;
  });
  const signalGroup = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) sendSignal(-child.pid, signal);
    } catch {
      // The group is gone.
    }
  };
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    exit,
    kill() {
      if (ended) return;
      signalGroup('SIGTERM');
      const timer = setTimeout(() => signalGroup('SIGKILL'), GRACE);
      void exit.then(() => clearTimeout(timer));
    },
  };
}

/** Small files by HTTP; a connection that says nothing for a minute is given up. */
async function fetchHere(url: string, signal: AbortSignal): Promise<{ status: number; body: Buffer }> {
  const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(60_000)]) });
  return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
}

async function waitHere(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => {});
}

export interface MachineGiven extends Machine {
  asset: ImageEdges['asset'];
  signal: AbortSignal;
  uid: number;
  cwd: string;
  temporary: string;
}

/** The edges of this machine, for whoever has the process: all but the progress. */
export function imageEdgesHere({ sendSignal, ...given }: MachineGiven): LocalMachine {
  return {
    ...given,
    start: startsHere({ variables: given.variables, sendSignal }),
    fetch: fetchHere,
    wait: waitHere,
    now: Date.now,
  };
}
