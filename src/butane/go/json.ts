import { quoteCharacter } from './quote.ts';

/** JSON with what Go's decoder tells apart and JSON.parse does not. */
export type JsonNode =
  | { kind: 'object'; keys: string[]; values: JsonNode[] }
  | { kind: 'array'; items: JsonNode[] }
  | { kind: 'string'; text: string }
  | { kind: 'number'; literal: string }
  | { kind: 'bool'; value: boolean }
  | { kind: 'null' };

/** Text that is no JSON; the message is Go's. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';
}

/** Parses JSON, with Go's messages for what is wrong. Throws JsonSyntaxError. */
export function parseJson(text: string): JsonNode {
  return new JsonParser(text).parse();
}

// encoding/json's limit.
const MAX_DEPTH = 10_000;

type Container = Extract<JsonNode, { kind: 'object' | 'array' }>;

class JsonParser {
  readonly #text: string;
  #at = 0;
  readonly #open: Container[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  parse(): JsonNode {
    let root: JsonNode | undefined;
    for (;;) {
      const value = this.#value();
      const parent = this.#open.at(-1);
      if (value.kind === 'object' || value.kind === 'array') {
        this.#attach(parent, value);
        root ??= value;
        this.#open.push(value);
        if (this.#open.length > MAX_DEPTH) throw new JsonSyntaxError('exceeded max depth');
        this.#at++;
        if (!this.#startContainer(value)) continue;
      } else {
        this.#attach(parent, value);
        root ??= value;
      }
      if (this.#closeContainers()) return root;
    }
  }

  #attach(parent: Container | undefined, value: JsonNode): void {
    if (parent?.kind === 'object') parent.values.push(value);
    else parent?.items.push(value);
  }

  /** Steps to a new container's first value; true when it is empty and closed at once. */
  #startContainer(container: Container): boolean {
    const closing = container.kind === 'object' ? '}' : ']';
    if (this.#peek() === closing) {
      this.#at++;
      this.#open.pop();
      return true;
    }
    if (container.kind === 'object') this.#key(container);
    return false;
  }

  /** Behind a value: on to the next one, or out of the containers that end here. True at the very end. */
  #closeContainers(): boolean {
    for (;;) {
      const container = this.#open.at(-1);
      const char = this.#peek();
      if (!container) {
        if (char === '') return true;
        throw this.#unexpected('after top-level value');
      }
      const object = container.kind === 'object';
      if (char === ',') {
        this.#at++;
        if (object) this.#key(container);
        return false;
      }
      if (char !== (object ? '}' : ']')) {
        throw this.#unexpected(object ? 'after object key:value pair' : 'after array element');
      }
      this.#at++;
      this.#open.pop();
    }
  }

  #key(object: Extract<JsonNode, { kind: 'object' }>): void {
    if (this.#peek() !== '"') throw this.#unexpected('looking for beginning of object key string');
    object.keys.push(this.#string());
    if (this.#peek() !== ':') throw this.#unexpected('after object key');
    this.#at++;
  }

  #peek(): string {
    while (' \t\r\n'.includes(this.#text.charAt(this.#at)) && this.#at < this.#text.length) this.#at++;
    return this.#text.charAt(this.#at);
  }

  #value(): JsonNode {
    switch (this.#peek()) {
      case '{':
        return { kind: 'object', keys: [], values: [] };
      case '[':
        return { kind: 'array', items: [] };
      case '"':
        return { kind: 'string', text: this.#string() };
      case 't':
        this.#word('true');
        return { kind: 'bool', value: true };
      case 'f':
        this.#word('false');
        return { kind: 'bool', value: false };
      case 'n':
        this.#word('null');
        return { kind: 'null' };
    }
    return { kind: 'number', literal: this.#number() };
  }

  #word(word: string): void {
    for (let i = 0; i < word.length; i++) {
      if (this.#text.charAt(this.#at) !== word.charAt(i)) {
        throw this.#unexpected(`in literal ${word} (expecting '${word.charAt(i)}')`);
      }
      this.#at++;
    }
  }

  #number(): string {
    const start = this.#at;
    const digits = (context: string) => {
      if (!isDigit(this.#text.charAt(this.#at))) throw this.#unexpected(context);
      while (isDigit(this.#text.charAt(this.#at))) this.#at++;
    };
    if (this.#text.charAt(this.#at) === '-') {
      this.#at++;
      if (!isDigit(this.#text.charAt(this.#at))) throw this.#unexpected('in numeric literal');
    }
    if (this.#text.charAt(this.#at) === '0') this.#at++;
    else digits('looking for beginning of value');
    if (this.#text.charAt(this.#at) === '.') {
      this.#at++;
      digits('after decimal point in numeric literal');
    }
    if (/[eE]/.test(this.#text.charAt(this.#at))) {
      this.#at++;
      if (/[+-]/.test(this.#text.charAt(this.#at))) this.#at++;
      digits('in exponent of numeric literal');
    }
    return this.#text.slice(start, this.#at);
  }

  #string(): string {
    let out = '';
    let start = ++this.#at;
    for (;;) {
      const char = this.#text.charAt(this.#at);
      if (char === '"') break;
      if (char < ' ') throw this.#unexpected('in string literal');
      if (char !== '\\') {
        this.#at++;
        continue;
      }
      out += this.#text.slice(start, this.#at);
      this.#at++;
      out += this.#escape();
      start = this.#at;
    }
    out += this.#text.slice(start, this.#at++);
    // An escaped surrogate without its partner stands for no character.
    return out.toWellFormed();
  }

  #escape(): string {
    const letter = this.#text.charAt(this.#at);
    const plain = letter === '' ? -1 : 'bfnrt\\/"'.indexOf(letter);
    if (plain >= 0) {
      this.#at++;
      return '\b\f\n\r\t\\/"'.charAt(plain);
    }
    if (letter !== 'u') throw this.#unexpected('in string escape code');
    this.#at++;
    const from = this.#at;
    while (this.#at < from + 4) {
      if (!/[0-9a-fA-F]/.test(this.#text.charAt(this.#at))) {
        throw this.#unexpected('in \\u hexadecimal character escape');
      }
      this.#at++;
    }
    return String.fromCharCode(Number.parseInt(this.#text.slice(from, this.#at), 16));
  }

  #unexpected(context: string): JsonSyntaxError {
    const char = this.#text.slice(this.#at, this.#at + 2);
    // Go feeds its scanner a space at the end, which some states take for a wrong character.
    if (char === '' && !UNFINISHED.test(context)) return new JsonSyntaxError('unexpected end of JSON input');
    if (char === '') return new JsonSyntaxError(`invalid character ' ' ${context}`);
    const byte = new TextEncoder().encode(String.fromCodePoint(char.codePointAt(0)!))[0]!;
    return new JsonSyntaxError(`invalid character ${quoteCharacter(byte)} ${context}`);
  }
}

const UNFINISHED = /^(in literal|in numeric literal|after decimal point|in exponent|in string escape|in \\u)/;

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9';
}
