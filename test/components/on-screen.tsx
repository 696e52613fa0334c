import { EventEmitter } from 'node:events';
import { render } from 'ink';
import { App, type AppProps } from '../../components/app.tsx';
import { now } from './fake-facts.ts';

/** A terminal that is not there: what the application draws, and keys for it. */
export interface Screen {
  /** The newest frame, without spaces at line ends. */
  frame(): string;
  /** Every frame so far, as it was written. */
  frames: readonly string[];
  /** Types keys: names such as `enter`, or text. */
  press(...keys: string[]): Promise<void>;
  /** Waits until a text is on the screen. Fails with the screen after two seconds. */
  shows(text: string): Promise<string>;
  resize(columns: number, rows: number): Promise<void>;
  leave(): void;
}

export interface ScreenOptions extends Pick<AppProps, 'session'>, Partial<Pick<AppProps, 'onExit'>> {
  columns?: number;
  rows?: number;
  color?: boolean;
  ascii?: boolean;
  screenReader?: boolean;
}

/** Shows the application in a terminal of 80×24 unless told otherwise. */
export function onScreen(options: ScreenOptions): Screen {
  const { session, columns = 80, rows = 24, color = false, ascii = false, screenReader = false } = options;
  const stdout = new FakeOutput(columns, rows);
  const stdin = new FakeInput();
  const app = render(
    <App
      session={session}
      terminal={{ color, ascii, screenReader }}
      onExit={options.onExit ?? (() => {})}
      now={() => now}
    />,
    {
      stdout: stdout as unknown as NodeJS.WriteStream,
      stderr: new FakeOutput(columns, rows) as unknown as NodeJS.WriteStream,
      stdin: stdin as unknown as NodeJS.ReadStream,
      // Whole frames, one per write.
      debug: true,
      interactive: true,
      exitOnCtrlC: false,
      patchConsole: false,
      isScreenReaderEnabled: screenReader,
    },
  );
  const frame = () => (stdout.frames.at(-1) ?? '').replace(/ +$/gm, '');
  return {
    frame,
    frames: stdout.frames,
    async press(...keys) {
      for (const key of keys) {
        stdin.send(sequences[key] ?? key);
        // A lone escape could be the begin of a longer sequence: Ink waits for its rest.
        await pause(key === 'escape' ? 60 : 8);
      }
    },
    async shows(text) {
      for (const until = Date.now() + PATIENCE; Date.now() < until; await pause(5)) {
        if (frame().includes(text)) return frame();
      }
      throw new Error(`"${text}" is not on the screen:\n${frame()}`);
    },
    async resize(width, height) {
      stdout.columns = width;
      stdout.rows = height;
      stdout.emit('resize');
      await pause(20);
    },
    leave() {
      app.unmount();
      app.cleanup();
    },
  };
}

const sequences: Readonly<Record<string, string>> = {
  enter: '\r',
  escape: '\x1b',
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  tab: '\t',
  backtab: '\x1b[Z',
  backspace: '\x7f',
  'ctrl-c': '\x03',
  'ctrl-g': '\x07',
  'ctrl-s': '\x13',
};

/** Milliseconds; a loaded machine draws late, and whoever sees it goes on at once. */
const PATIENCE = 8000;

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

class FakeOutput extends EventEmitter {
  frames: string[] = [];
  isTTY = true;
  columns: number;
  rows: number;

  constructor(columns: number, rows: number) {
    super();
    this.columns = columns;
    this.rows = rows;
  }

  write(chunk: string, done?: () => void): boolean {
    // Modes of the terminal (bracketed paste) are switched in writes of their own.
    if (chunk.trim() !== '' && !chunk.startsWith('\x1b[?')) this.frames.push(chunk);
    done?.();
    return true;
  }
}

class FakeInput extends EventEmitter {
  isTTY = true;
  #waiting: string[] = [];

  send(text: string) {
    this.#waiting.push(text);
    this.emit('readable');
    this.emit('data', text);
  }

  read(): string | null {
    return this.#waiting.shift() ?? null;
  }

  setEncoding() {}
  setRawMode() {}
  resume() {}
  pause() {}
  ref() {}
  unref() {}
}
