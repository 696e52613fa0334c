import { bytesFromText, sequenceWidth, textFromBytes } from '../byte-text.ts';
import { quote } from './quote.ts';
import { SPACE, trimSpace } from './space.ts';

/** The sections that have options, or what is wrong, in go-systemd's words. */
export type ParsedUnit = { sections: ReadonlySet<string> } | { problem: string };

/** Reads a systemd unit as Ignition does before it writes one. */
export function parseUnit(contents: string): ParsedUnit {
  const sections = new Set<string>();
  const reader = new BufferedReader(contents);
  let step: Step | undefined = nextSection(reader, sections);
  try {
    while (step) {
      if (reader.lineTooLong()) throw new UnitError('line too long (max 2048 bytes)');
      step = step();
    }
  } catch (error) {
    if (error instanceof UnitError) return { problem: error.message };
    throw error;
  }
  return { sections };
}

class UnitError extends Error {}

type Step = () => Step | undefined;

function nextSection(reader: BufferedReader, sections: Set<string>): Step {
  const step: Step = () => {
    const char = reader.character();
    if (char === undefined) return undefined;
    if (char === '[') return sectionName(reader, sections);
    return isComment(char) ? comment(reader, step) : step;
  };
  return step;
}

function sectionName(reader: BufferedReader, sections: Set<string>): Step {
  return () => {
    const { text, ended } = reader.until(']');
    if (ended) throw new UnitError('unable to find end of section');
    return () => {
      const garbage = trimSpace(reader.line());
      if (garbage !== '') throw new UnitError(`found garbage after section name : ${quote(garbage)}`);
      return sectionOrOption(reader, sections, text.slice(0, -1));
    };
  };
}

function sectionOrOption(reader: BufferedReader, sections: Set<string>, section: string): Step {
  const step: Step = () => {
    const char = reader.character();
    if (char === undefined) return undefined;
    if (SPACE.test(char)) return step;
    if (char === '[') return sectionName(reader, sections);
    if (isComment(char)) return comment(reader, step);
    reader.back();
    return optionName;
  };
  const optionName: Step = () => {
    for (;;) {
      const char = reader.character();
      if (char === undefined) throw new UnitError('EOF');
      if (char === '\n' || char === '\r') {
        throw new UnitError('unexpected newline encountered while parsing option name');
      }
      if (char === '=') return optionValue;
    }
  };
  const optionValue: Step = () => {
    const text = reader.line();
    if (text.endsWith('\\') && trimSpace(text) !== '') return optionValue;
    sections.add(section);
    return step;
  };
  return step;
}

function comment(reader: BufferedReader, next: Step): Step {
  return () => {
    while (/\\ ?$/.test(reader.line()));
    return next;
  };
}

function isComment(char: string): boolean {
  return char === '#' || char === ';';
}

// systemd's longest line; go-systemd checks it against what its reader happens to hold, so that is kept too.
const LONGEST_LINE = 2048;
const BUFFER = 4096;

/** Reads bytes through a buffer as Go's bufio does. Each character of the text stands for a byte. */
class BufferedReader {
  readonly #bytes: string;
  readonly #ascii: boolean;
  #at = 0;
  #filled = 0;
  #last = 0;

  constructor(contents: string) {
    this.#ascii = !BEYOND_ASCII.test(contents);
    this.#bytes = this.#ascii ? contents : Buffer.from(bytesFromText(contents)).toString('latin1');
  }

  /** The buffer holds a full line's length without a line break in it. */
  lineTooLong(): boolean {
    if (this.#filled - this.#at < LONGEST_LINE) return false;
    return !/[\r\n]/.test(this.#bytes.slice(this.#at, this.#at + LONGEST_LINE));
  }

  /** The next character; undefined at the end. */
  character(): string | undefined {
    if (this.#at === this.#filled || !this.#isFullCharacter()) this.#fill();
    if (this.#at === this.#filled) return undefined;
    this.#last = this.#at;
    if (this.#ascii) return this.#bytes.charAt(this.#at++);
    const upTo = Buffer.from(this.#bytes.slice(this.#at, this.#at + 4), 'latin1');
    this.#at += sequenceWidth(upTo, 0) || 1;
    return this.#text(this.#last);
  }

  back(): void {
    this.#at = this.#last;
  }

  /** Up to and including a byte, or to the end. */
  until(byte: string): { text: string; ended: boolean } {
    const start = this.#at;
    const found = this.#bytes.indexOf(byte, start);
    while (found < 0 || found >= this.#filled) {
      if (this.#filled - this.#at >= BUFFER) {
        this.#at = this.#filled;
      } else if (!this.#fill()) {
        this.#at = this.#filled;
        return { text: this.#text(start), ended: true };
      }
    }
    this.#at = found + 1;
    return { text: this.#text(start), ended: false };
  }

  /** A line without its break (of `\r\n` the `\r` stays, as go-systemd leaves it). */
  line(): string {
    const { text } = this.until('\n');
    return text.endsWith('\n') ? text.slice(0, -1) : text.replace(/\r$/, '');
  }

  #text(start: number): string {
    const bytes = this.#bytes.slice(start, this.#at);
    return this.#ascii ? bytes : textFromBytes(Buffer.from(bytes, 'latin1'));
  }

  #isFullCharacter(): boolean {
    if (this.#ascii) return true;
    const lead = this.#bytes.charCodeAt(this.#at);
    const width = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    return this.#at + width <= this.#filled;
  }

  #fill(): boolean {
    const before = this.#filled;
    this.#filled = Math.min(this.#bytes.length, this.#at + BUFFER);
    return this.#filled > before;
  }
}

const BEYOND_ASCII = /[^\0-\x7f]/;
