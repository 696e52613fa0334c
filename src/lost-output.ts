import type { Writable } from 'node:stream';
import { systemWords } from './system-words.ts';

interface LostOutputOptions {
  stdout: Writable;
  stderr: Writable;
  /** Something was not written that somebody wanted: told once. */
  onUnwritten(line: string): void;
}

/**
 * Output that nobody takes any more must not end a run in its middle: it goes on, and its journal has it all.
 * A reader that went away (`| head`) wanted no more; a full disk is told, once.
 */
export function endureLostOutput({ stdout, stderr, onUnwritten }: LostOutputOptions): void {
  let told = false;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (told || isGone(error)) return;
    told = true;
    onUnwritten(`the output cannot be written: ${systemWords(error)}`);
  });
  // What people read: without it there is nobody to tell.
  stderr.on('error', () => {});
}

/** The other end of a pipe was closed; the terminal was. */
function isGone({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE' || code === 'EIO' || code === 'ERR_STREAM_DESTROYED';
}
