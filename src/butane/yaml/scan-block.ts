import { type Cursor, isBlank, isBreak, isBreakOrEnd } from './cursor.ts';
import { scanError } from './error.ts';

/** Reads a `|` or `>` scalar; `parentIndent` is the indentation of the block that holds it (-1: none). */
export function scanBlockScalar(cursor: Cursor, parentIndent: number): string {
  const startLine = cursor.line;
  const folded = cursor.code() === 0x3e;
  cursor.pos++;
  const { keep, increment } = scanHeader(cursor, startLine);
  const lines = new BlockLines(cursor, startLine, parentIndent, increment);

  const parts: string[] = [];
  let leadingBreak = '';
  let leadingBlank = false;
  let trailing = lines.skipBreaks();
  while (cursor.column === lines.indent && !cursor.atEnd()) {
    const blank = isBlank(cursor.code());
    const folds = folded && !leadingBlank && !blank && leadingBreak === '\n';
    if (!folds) parts.push(leadingBreak);
    else if (trailing === '') parts.push(' ');
    parts.push(trailing);
    leadingBlank = blank;
    const start = cursor.pos;
    cursor.skipToLineEnd();
    parts.push(cursor.text.slice(start, cursor.pos));
    leadingBreak = isBreak(cursor.code()) ? cursor.takeBreak() : '';
    trailing = lines.skipBreaks();
  }
  if (keep !== 'strip') parts.push(leadingBreak);
  if (keep === 'keep') parts.push(trailing);
  return parts.join('');
}

function scanHeader(
  cursor: Cursor,
  startLine: number,
): { keep: 'clip' | 'strip' | 'keep'; increment: number } {
  let keep: 'clip' | 'strip' | 'keep' = 'clip';
  let increment = 0;
  const takeChomping = (): boolean => {
    const code = cursor.code();
    if (code !== 0x2b && code !== 0x2d) return false;
    keep = code === 0x2b ? 'keep' : 'strip';
    cursor.pos++;
    return true;
  };
  const takeIncrement = (): boolean => {
    const digit = cursor.code() - 0x30;
    if (!(digit >= 0 && digit <= 9)) return false;
    if (digit === 0) throw scanError('found an indentation indicator equal to 0', startLine, cursor.line);
    increment = digit;
    cursor.pos++;
    return true;
  };
  if (takeChomping()) takeIncrement();
  else if (takeIncrement()) takeChomping();

  cursor.skipBlanks();
  if (cursor.code() === 0x23) cursor.skipToLineEnd();
  if (!isBreakOrEnd(cursor.code())) {
    throw scanError('did not find expected comment or line break', startLine, cursor.line);
  }
  if (isBreak(cursor.code())) cursor.takeBreak();
  return { keep, increment };
}

/** The indentation of a block scalar's lines, found out at its first line with text unless it is given. */
class BlockLines {
  indent: number;
  readonly #cursor: Cursor;
  readonly #startLine: number;
  readonly #parentIndent: number;

  constructor(cursor: Cursor, startLine: number, parentIndent: number, increment: number) {
    this.#cursor = cursor;
    this.#startLine = startLine;
    this.#parentIndent = parentIndent;
    this.indent = increment === 0 ? 0 : Math.max(parentIndent, 0) + increment;
  }

  /** Steps over indentation and empty lines to the next text and returns the line breaks. */
  skipBreaks(): string {
    const cursor = this.#cursor;
    let breaks = '';
    let deepest = 0;
    for (;;) {
      while ((this.indent === 0 || cursor.column < this.indent) && cursor.code() === 0x20) cursor.pos++;
      deepest = Math.max(deepest, cursor.column);
      if ((this.indent === 0 || cursor.column < this.indent) && cursor.code() === 0x09) {
        throw scanError(
          'found a tab character where an indentation space is expected',
          this.#startLine,
          cursor.line,
        );
      }
      if (!isBreak(cursor.code())) break;
      breaks += cursor.takeBreak();
    }
    if (this.indent === 0) this.indent = Math.max(deepest, this.#parentIndent + 1, 1);
    return breaks;
  }
}
