import { YamlError } from './error.ts';
import type { YamlInput } from './input.ts';

/** Where a token or a key starts: 0-based line and column, and the position in the text. */
export interface Mark {
  pos: number;
  line: number;
  column: number;
}

/** A place in the text that knows its line. The text ends in NULs, which no YAML stream may contain. */
export class Cursor {
  readonly text: string;
  readonly end: number;
  pos = 0;
  line = 0;
  lineStart = 0;
  readonly #problem: string | undefined;
  readonly #wide: boolean;
  readonly #counted = { lineStart: 0, pos: 0, column: 0 };

  constructor(input: YamlInput) {
    this.text = `${input.text}${'\0'.repeat(12)}`;
    this.end = input.text.length;
    this.#problem = input.problem;
    this.#wide = /[\ud800-\udbff]/.test(input.text);
  }

  code(ahead = 0): number {
    return this.text.charCodeAt(this.pos + ahead);
  }

  get column(): number {
    if (!this.#wide) return this.pos - this.lineStart;
    // Counted on from where it was last asked for: a line may be as long as the text.
    const counted = this.#counted;
    if (counted.lineStart !== this.lineStart || counted.pos > this.pos) {
      counted.lineStart = counted.pos = this.lineStart;
      counted.column = 0;
    }
    counted.column += this.characters(counted.pos, this.pos);
    counted.pos = this.pos;
    return counted.column;
  }

  mark(): Mark {
    return { pos: this.pos, line: this.line, column: this.column };
  }

  /** Characters, not UTF-16 units, between two positions. */
  characters(from: number, to: number): number {
    if (!this.#wide) return to - from;
    let count = to - from;
    for (let i = from; i < to; i++) if ((this.text.charCodeAt(i) & 0xfc00) === 0xdc00) count--;
    return count;
  }

  /** At the end of what can be read: the stream's end, or the place where reading fails. */
  atEnd(): boolean {
    if (this.pos < this.end) return false;
    if (this.#problem !== undefined) throw new YamlError(this.#problem);
    return true;
  }

  skipBlanks(): void {
    while (isBlank(this.code())) this.pos++;
  }

  skipToLineEnd(): void {
    const { text } = this;
    let at = this.pos;
    while (!isBreakOrEnd(text.charCodeAt(at))) at++;
    this.pos = at;
  }

  /** Steps over a line break and returns what it means in a scalar: `\n`, or U+2028/U+2029 as they are. */
  takeBreak(): string {
    const code = this.code();
    this.pos += code === CR && this.code(1) === LF ? 2 : 1;
    this.line++;
    this.lineStart = this.pos;
    return code === LS || code === PS ? String.fromCharCode(code) : '\n';
  }

  /** `---` or `...` at the start of a line, followed by a blank, a break or the end. */
  atDocumentIndicator(): boolean {
    if (this.pos !== this.lineStart) return false;
    const code = this.code();
    if (code !== 0x2d && code !== 0x2e) return false;
    return this.code(1) === code && this.code(2) === code && isBlankOrEnd(this.code(3));
  }
}

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const NEL = 0x85;
const LS = 0x2028;
const PS = 0x2029;

export function isBlank(code: number): boolean {
  return code === 0x20 || code === TAB;
}

export function isBreak(code: number): boolean {
  return code < NEL ? code === LF || code === CR : code === NEL || code === LS || code === PS;
}

export function isBreakOrEnd(code: number): boolean {
  return code < NEL ? code === LF || code === CR || code === 0 : code === NEL || code === LS || code === PS;
}

export function isBlankOrEnd(code: number): boolean {
  return code > 0x20 && code < NEL ? false : code === 0x20 || code === TAB || isBreakOrEnd(code);
}

/** Letters, digits, `_` and `-`: what names of anchors, tags and directives are made of. */
export function isWord(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a) ||
    code === 0x5f ||
    code === 0x2d
  );
}
