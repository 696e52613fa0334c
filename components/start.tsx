import { render } from 'ink';
import type { RunState } from '../src/view/run/state.ts';
import { App, type AppProps } from './app.tsx';

export interface Streams {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  /** Ends the application at once, wherever it is. */
  signal: AbortSignal;
}

/**
 * Shows the terminal UI until its user leaves; the screen from before is there again then. Resolves with
 * the last run that came to an end, so that the caller can print what came of it.
 */
export async function startApp(
  props: Omit<AppProps, 'onExit'>,
  { signal, ...streams }: Streams,
): Promise<RunState | undefined> {
  let last: RunState | undefined;
  // Keys typed before anything is drawn are echoed: no more of them, and the first frame begins at the margin.
  if (streams.stdin.isTTY) streams.stdin.setRawMode(true);
  if (streams.stdout.isTTY) streams.stdout.write('\r');
  const app = render(<App {...props} onExit={(run) => (last = run)} />, {
    ...streams,
    // Ctrl+C during a run asks first.
    exitOnCtrlC: false,
    // A screen reader follows the ordinary screen better than the alternate one.
    alternateScreen: !props.terminal.screenReader,
    incrementalRendering: !props.terminal.screenReader,
    isScreenReaderEnabled: props.terminal.screenReader,
  });
  const stop = () => app.unmount();
  signal.addEventListener('abort', stop);
  try {
    await app.waitUntilExit();
  } finally {
    signal.removeEventListener('abort', stop);
    if (streams.stdin.isTTY) streams.stdin.setRawMode(false);
  }
  return last;
}
