import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { shippedBinary } from './binary.ts';
import { cleanEnvironment } from './environment.ts';

/** A program in a terminal: what stands on its screen, and keys for it. */
export interface PseudoTerminal {
  /** What a person sees, line by line, without spaces at line ends. */
  screen(): string;
  /** Every byte so far. */
  raw(): string;
  /** Waits until a text, or a match, is on the screen. What else stands there may still be half a frame. */
  shows(wanted: string | RegExp): Promise<string>;
  /** Types keys: names such as `enter`, or text; each only once the one before was read. */
  press(...keys: string[]): Promise<void>;
  resize(columns: number, rows: number): void;
  signal(name: string): void;
  /** Waits until it is over; the exit code. */
  exit(): Promise<number>;
}

export interface TerminalOptions {
  home: string;
  args?: readonly string[];
  columns?: number;
  rows?: number;
  env?: Record<string, string>;
}

/** Starts the binary in a terminal of 80×24 unless told otherwise; its folder is its home. */
export function inTerminal(options: TerminalOptions): PseudoTerminal {
  const { home, args = ['--target', 'sandbox'], columns = 80, rows = 24 } = options;
  const emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const process = spawn(shippedBinary(), [...args], {
    name: 'xterm-256color',
    cols: columns,
    rows,
    cwd: home,
    env: cleanEnvironment(home, options.env),
  });
  running.add(process);
  let raw = '';
  process.onData((data) => {
    raw += data;
    emulator.write(data);
  });
  emulator.onData((answer) => process.write(answer));
  const exited = new Promise<number>((resolve) => {
    process.onExit(({ exitCode }) => {
      running.delete(process);
      resolve(exitCode);
    });
  });
  const screen = () => {
    const { active } = emulator.buffer;
    const lines = Array.from({ length: emulator.rows }, (_, at) =>
      active
        .getLine(active.viewportY + at)
        ?.translateToString(true)
        .trimEnd(),
    );
    return lines.join('\n');
  };
  return {
    screen,
    raw: () => raw,
    exit() {
      let late: NodeJS.Timeout | undefined;
      const tooLate = new Promise<never>((_, reject) => {
        late = setTimeout(() => reject(new Error(`it does not end:\n${screen()}`)), patience);
      });
      return Promise.race([exited, tooLate]).finally(() => clearTimeout(late));
    },
    async shows(wanted) {
      for (const until = Date.now() + patience; Date.now() < until; await pause(15)) {
        const now = screen();
        if (typeof wanted === 'string' ? now.includes(wanted) : wanted.test(now)) return now;
      }
      throw new Error(`${wanted} is not on the screen:\n${screen()}`);
    },
    async press(...keys) {
      for (const key of keys) {
        const before = raw.length;
        process.write(sequences[key] ?? key);
        // Whatever a key does, something is drawn anew; where not, there is nothing to wait for.
        for (const until = Date.now() + 400; raw.length === before && Date.now() < until; ) await pause(5);
      }
    },
    resize(width, height) {
      emulator.resize(width, height);
      process.resize(width, height);
    },
    signal: (name) => process.kill(name),
  };
}

/** Ends what a failed test has left. */
export function endTerminals(): void {
  for (const process of running) process.kill('SIGKILL');
}

const running = new Set<ReturnType<typeof spawn>>();

/** Milliseconds: for a machine with much else to do. */
const patience = 20_000;

const sequences: Readonly<Record<string, string>> = {
  enter: '\r',
  escape: '\x1b',
  up: '\x1b[A',
  down: '\x1b[B',
  backspace: '\x7f',
  'ctrl-c': '\x03',
  'ctrl-d': '\x04',
  'ctrl-s': '\x13',
  'ctrl-u': '\x15',
};

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
