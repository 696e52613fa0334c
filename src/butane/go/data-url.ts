import { byteLength } from '../byte-text.ts';

/** What is wrong with a `data:` URL, in the words of the library that Ignition reads it with. */
export function dataUrlProblem(url: string): string | undefined {
  try {
    const { base64, data } = new DataUrlHead(url).read();
    return base64 ? base64Problem(data) : asciiProblem(data);
  } catch (error) {
    if (error instanceof DataUrlError) return error.message;
    throw error;
  }
}

class DataUrlError extends Error {}

// Printable ASCII but for RFC 2045's special characters.
const TOKEN = /^[!#$%&'*+\-.0-9A-Z^_`a-z{|}~]$/;
const MEDIA_TYPE = /^(text|image|audio|video|application|message|multipart)/;

/** Reads the part before the data: a media type, parameters and `;base64`, all of which may be missing. */
class DataUrlHead {
  readonly #url: string;
  #at = 'data:'.length;

  constructor(url: string) {
    this.#url = url;
  }

  read(): { base64: boolean; data: string } {
    if (!this.#url.startsWith('data:')) throw new DataUrlError('missing data prefix');
    const first = this.#next();
    if (first === '') throw new DataUrlError('missing comma before data');
    if (first !== ';' && first !== ',') {
      if (!TOKEN.test(first)) throw new DataUrlError('invalid character after data prefix');
      this.#mediaType();
    }
    let base64 = false;
    while (this.#next() === ';') {
      this.#at++;
      base64 = this.#parameter();
    }
    return { base64, data: this.#url.slice(this.#at + 1) };
  }

  #next(): string {
    return this.#url.charAt(this.#at);
  }

  #token(): string {
    const start = this.#at;
    while (TOKEN.test(this.#next())) this.#at++;
    return this.#url.slice(start, this.#at);
  }

  #mediaType(): void {
    const type = this.#token();
    if (this.#next() === '') throw new DataUrlError('missing media type slash');
    if (this.#next() !== '/') throw new DataUrlError('invalid character for media type');
    if (!/^[xX]-/.test(type) && !MEDIA_TYPE.test(type)) throw new DataUrlError('invalid media type');
    this.#at++;
    this.#token();
    if (this.#next() === '') throw new DataUrlError('incomplete media type');
    if (this.#next() !== ';' && this.#next() !== ',') {
      throw new DataUrlError('invalid character for media subtype');
    }
  }

  /** Reads behind a semicolon; true when it was the `base64` that ends the head. */
  #parameter(): boolean {
    const start = this.#next();
    if (start === '' || start === '=' || start === ',')
      throw new DataUrlError('unterminated parameter sequence');
    const name = this.#token();
    const after = this.#next();
    if (after === ',') {
      if (name !== 'base64') throw new DataUrlError(`expected base64, got ${name}`);
      return true;
    }
    if (after === '' && name !== '') throw new DataUrlError('unterminated parameter sequence');
    if (after !== '=' || name === '') throw new DataUrlError('invalid character for parameter attribute');
    this.#at++;
    if (this.#next() === '"') this.#quotedValue();
    else this.#value();
    return false;
  }

  #value(): void {
    const value = this.#token();
    const after = this.#next();
    if (after === '') throw new DataUrlError('missing comma before data');
    if (value === '' || (after !== ';' && after !== ',')) {
      throw new DataUrlError('invalid character for parameter value');
    }
    const problem = escapeProblem(value);
    if (problem) throw new DataUrlError(problem);
  }

  #quotedValue(): void {
    this.#at++;
    const start = this.#at;
    for (let char = this.#next(); char !== '"'; char = this.#next()) {
      if (char === '') throw new DataUrlError('unclosed quoted string');
      if (char > '\u007f') throw new DataUrlError('invalid character for parameter value');
      this.#at += char === '\\' ? 2 : 1;
    }
    // Go's own string syntax decides which escapes are good.
    const value = this.#url.slice(start, this.#at);
    if (/\n/.test(value) || /\\(?![abfnrtv\\"]|x[0-9a-fA-F]{2}|[0-3][0-7]{2}|u[0-9a-fA-F]{4})/.test(value)) {
      throw new DataUrlError('invalid syntax');
    }
    this.#at++;
    const after = this.#next();
    if (after === '') throw new DataUrlError('missing comma before data');
    if (after !== ';' && after !== ',') throw new DataUrlError('expected semicolon or comma');
  }
}

function asciiProblem(data: string): string | undefined {
  return /^[!$-;=?-Z_a-z~]*$/.test(data) ? escapeProblem(data) : 'invalid data character';
}

function escapeProblem(text: string): string | undefined {
  if (!/%(?![0-9A-Fa-f]{2})/.test(text)) return undefined;
  for (const match of text.matchAll(/%(.?)(.?)/gs)) {
    const [, high, low] = match;
    for (const digit of [high!, low!]) {
      if (digit === '') return 'rfc2396: unexpected end of unescape sequence';
      // The library prints the percent sign, not the character that is wrong.
      if (!/[0-9a-fA-F]/.test(digit)) return 'rfc2396: invalid char 0x25 in unescape sequence';
    }
  }
  return undefined;
}

function base64Problem(data: string): string | undefined {
  if (!/^[A-Za-z0-9+/=\n]*$/.test(data)) return 'invalid data character';
  const at = firstBadByte(data);
  return at === undefined ? undefined : `illegal base64 data at input byte ${at}`;
}

/** Where Go's decoder gives up: it reads groups of four characters and wants them padded. */
function firstBadByte(data: string): number | undefined {
  let at = 0;
  const skipBreaks = () => {
    while (data.charAt(at) === '\n') at++;
  };
  for (;;) {
    for (let place = 0; place < 4; place++) {
      skipBreaks();
      if (at === data.length) return place === 0 ? undefined : at - place;
      if (data.charAt(at++) !== '=') continue;
      if (place < 2) return at - 1;
      if (place === 2) {
        skipBreaks();
        if (at === data.length) return byteLength(data);
        if (data.charAt(at) !== '=') return at - 1;
        at++;
      }
      skipBreaks();
      return at < data.length ? at : undefined;
    }
  }
}
