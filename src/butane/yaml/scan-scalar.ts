import { type Cursor, isBlank, isBlankOrEnd, isBreak } from './cursor.ts';
import { scanError } from './error.ts';

/** A scalar's text; `newLine` says that it ended behind a line break, where a key may start. */
export interface PlainScalar {
  value: string;
  newLine: boolean;
}

/** Whether the character at the cursor may begin a scalar without quotes. */
export function startsPlainScalar(cursor: Cursor, flow: boolean): boolean {
  const char = cursor.text.charAt(cursor.pos);
  if (char === '-') return !isBlank(cursor.code(1));
  if (char === '?' || char === ':') return !flow && !isBlankOrEnd(cursor.code(1));
  return !isBlankOrEnd(cursor.code()) && !',[]{}#&*!|>\'"%@`'.includes(char);
}

/** Reads a scalar without quotes; `indent` is the least column that its further lines need. */
export function scanPlainScalar(cursor: Cursor, indent: number, flow: boolean): PlainScalar {
  const startLine = cursor.line;
  const gap = new Gap();
  let value = '';
  for (;;) {
    if (cursor.atDocumentIndicator() || cursor.code() === 0x23) break;
    const start = cursor.pos;
    while (!endsPlainRun(cursor, flow)) cursor.pos++;
    if (cursor.pos > start) {
      value += gap.take() + cursor.text.slice(start, cursor.pos);
    }
    if (!isBlank(cursor.code()) && !isBreak(cursor.code())) break;
    for (let code = cursor.code(); isBlank(code) || isBreak(code); code = cursor.code()) {
      if (isBreak(code)) {
        gap.addBreak(cursor.takeBreak());
      } else {
        if (gap.broken && code === 0x09 && cursor.column < indent) {
          throw scanError('found a tab character that violates indentation', startLine, cursor.line);
        }
        gap.addBlank(code);
        cursor.pos++;
      }
    }
    if (!flow && cursor.column < indent) break;
  }
  return { value, newLine: gap.broken };
}

function endsPlainRun(cursor: Cursor, flow: boolean): boolean {
  const code = cursor.code();
  if (code === 0x3a) return isBlankOrEnd(cursor.code(1));
  if (code <= 0x20 || code === 0x85 || code === 0x2028 || code === 0x2029) return isBlankOrEnd(code);
  // , ? [ ] { } end a scalar inside brackets
  return (
    flow &&
    (code === 0x2c || code === 0x3f || code === 0x5b || code === 0x5d || code === 0x7b || code === 0x7d)
  );
}

/** White space between two words of a flow scalar: kept on one line, folded over line breaks. */
export class Gap {
  broken = false;
  #blanks = '';
  #first = '';
  #more = '';

  addBlank(code: number): void {
    if (!this.broken) this.#blanks += code === 0x20 ? ' ' : '\t';
  }

  addBreak(text: string): void {
    if (this.broken) {
      this.#more += text;
    } else {
      this.#blanks = '';
      this.#first = text;
      this.broken = true;
    }
  }

  /** A line break that was escaped: the lines join without a space. */
  addEscapedBreak(): void {
    this.broken = true;
  }

  /** What the gap means in the text; the gap is empty afterwards. */
  take(): string {
    let text = this.#blanks;
    if (this.broken) {
      if (this.#first === '\n') text = this.#more === '' ? ' ' : this.#more;
      else text = this.#first + this.#more;
    }
    this.broken = false;
    this.#blanks = '';
    this.#first = '';
    this.#more = '';
    return text;
  }
}
