import { bytesFromText, sequenceWidth, textFromBytes } from '../byte-text.ts';
import { quote } from './quote.ts';
import { SPACE, trimSpace } from './space.ts';

/** The sections that have options, or what is wrong, in go-systemd's words. */
export type ParsedUnit = { sections: ReadonlySet<string> } | { problem: string };

/** Reads a systemd unit as Ignition does before it writes one. */
export function parseUnit(contents: string): ParsedUnit {
  const sections = new Set<string>();
  const reader = new BufferedReader(bytesFromText(contents));
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
    const { text, ended } = reader.until(0x5d);
    if (ended) throw new UnitError('unable to find end of section');
    return () => {
      const garbage = trimSpace(reader.line().text);
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
    const { text } = reader.line();
    if (trimSpace(text) !== '' && text.endsWith('\\')) return optionValue;
    sections.add(section);
    return step;
  };
  return step;
}

function comment(reader: BufferedReader, next: Step): Step {
  return () => {
    while (/\\ ?$/.test(reader.line().text));
    return next;
  };
}

function isComment(char: string): boolean {
  return char === '#' || char === ';';
}

// systemd's longest line; go-systemd checks it against what its reader happens to hold, so that is kept too.
const LONGEST_LINE = 2048;
const BUFFER = 4096;

/** Reads bytes through a buffer as Go's bufio does. */
class BufferedReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #filled = 0;
  #last = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The buffer holds a full line's length without a line break in it. */
  lineTooLong(): boolean {
    if (this.#filled - this.#at < LONGEST_LINE) return false;
    const line = this.#bytes.subarray(this.#at, this.#at + LONGEST_LINE);
    return !line.includes(0x0a) && !line.includes(0x0d);
  }

  /** The next character; undefined at the end. */
  character(): string | undefined {
    if (this.#at === this.#filled || !this.#isFullCharacter()) this.#fill();
    if (this.#at === this.#filled) return undefined;
    this.#last = this.#at;
    const width = sequenceWidth(this.#bytes, this.#at) || 1;
    this.#at += width;
    return textFromBytes(this.#bytes.subarray(this.#last, this.#at));
  }

  back(): void {
    this.#at = this.#last;
  }

  /** Up to and including a byte, or to the end. */
  until(byte: number): { text: string; ended: boolean } {
    const start = this.#at;
    let from = this.#at;
    for (;;) {
      const found = this.#bytes.indexOf(byte, from);
      const ended = found < 0 || found >= this.#filled;
      if (!ended) {
        this.#at = found + 1;
        return { text: textFromBytes(this.#bytes.subarray(start, this.#at)), ended };
      }
      from = this.#filled;
      if (this.#filled - this.#at >= BUFFER) {
        this.#at = this.#filled;
      } else if (!this.#fill()) {
        this.#at = this.#filled;
        return { text: textFromBytes(this.#bytes.subarray(start, this.#at)), ended };
      }
    }
  }

  /** A line without its break (of `\r\n` the `\r` stays, as go-systemd leaves it). */
  line(): { text: string } {
    const { text } = this.until(0x0a);
    return { text: text.endsWith('\n') ? text.slice(0, -1) : text.replace(/\r$/, '') };
  }

  #isFullCharacter(): boolean {
    const lead = this.#bytes[this.#at]!;
    const width = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    return this.#at + width <= this.#filled;
  }

  #fill(): boolean {
    const before = this.#filled;
    this.#filled = Math.min(this.#bytes.length, this.#at + BUFFER);
    return this.#filled > before;
  }
}
