import type { AnswerFile } from '../../yaml.ts';
import { HclError } from './syntax.ts';

/** Where the reader is in a file. */
export interface Cursor {
  file: AnswerFile;
  text: string;
  at: number;
  /** Brackets, blocks and templates around this place. */
  depth: number;
  /** Loops that were read once and have to be gone over again; within each other they multiply. */
  again: number;
}

/** The reader recurses; what people write has ten levels at most. */
const DEEPEST = 100;

const IDENTIFIER = /[\p{L}_][\p{L}\p{N}_-]*/uy;

export function fail(cursor: Cursor, message: string, at = cursor.at): never {
  throw new HclError(message, at);
}

/** Runs `read` one level deeper. */
export function within<Result>(cursor: Cursor, read: () => Result): Result {
  if (cursor.depth >= DEEPEST) fail(cursor, `is nested too deeply (over ${DEEPEST} levels)`);
  cursor.depth += 1;
  const result = read();
  cursor.depth -= 1;
  return result;
}

/** Spaces and comments; line ends only when `lines` says so. A `#` comment ends before its line end. */
export function skipBlank(cursor: Cursor, lines: boolean): void {
  const { text } = cursor;
  for (;;) {
    const char = text[cursor.at];
    if (char === ' ' || char === '\t' || (lines && char === '\n')) {
      cursor.at += 1;
    } else if (char === '#' || text.startsWith('//', cursor.at)) {
      const end = text.indexOf('\n', cursor.at);
      cursor.at = end < 0 ? text.length : end;
    } else if (text.startsWith('/*', cursor.at)) {
      const end = text.indexOf('*/', cursor.at + 2);
      if (end < 0) fail(cursor, 'this comment is not closed with */');
      cursor.at = end + 2;
    } else {
      return;
    }
  }
}

/** Takes the name at this place; undefined where none begins. */
export function identifier(cursor: Cursor): string | undefined {
  return match(cursor, IDENTIFIER)?.[0];
}

/** Takes what a sticky pattern finds at this place. */
export function match(cursor: Cursor, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text);
  if (!found) return undefined;
  cursor.at += found[0].length;
  return found;
}

/** Takes `word` if it stands here. */
export function accept(cursor: Cursor, word: string): boolean {
  if (!cursor.text.startsWith(word, cursor.at)) return false;
  cursor.at += word.length;
  return true;
}

/** What stands here, as it follows on "found". */
export function foundAt({ text, at }: Cursor): string {
  const point = text.codePointAt(at);
  if (point === undefined) return 'the end of the file';
  if (point === 10) return 'the end of the line';
  return JSON.stringify(String.fromCodePoint(point));
}
