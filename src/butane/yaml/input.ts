import { bytesFromText, textFromBytes } from '../byte-text.ts';

export interface YamlInput {
  /** The readable text, without a byte order mark. */
  text: string;
  /** What is wrong behind the readable text, if anything. */
  problem?: string;
}

/**
 * A stream → the text that the scanner may read. yaml.v3 decodes in blocks of 512 bytes and refuses a bad
 * character only when the scanner gets to its block, so the text before that block is still read (and may
 * hold an earlier error).
 */
export function readYamlInput(source: Uint8Array | string): YamlInput {
  if (typeof source === 'string' && isReadable(source) && !source.startsWith('\ufeff'))
    return { text: source };
  const bytes = typeof source === 'string' ? bytesFromText(source) : source;

  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeBlocks(bytes, 2, utf16(1, 0));
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodeBlocks(bytes, 2, utf16(0, 1));
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const text = textFromBytes(start === 0 ? bytes : bytes.subarray(start));
  if (isReadable(text)) return { text };
  return decodeBlocks(bytes, start, utf8);
}

function isReadable(text: string): boolean {
  return text.isWellFormed() && !FORBIDDEN.test(text);
}

const BLOCK = 512;

// Everything that YAML does not allow in a stream, apart from what is no Unicode at all.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/;

/** Decodes one character at `at` before `end`; a string is a problem, 'more' an incomplete character. */
type DecodeCharacter = (
  bytes: Uint8Array,
  at: number,
  end: number,
) => { code: number; width: number } | 'more' | { problem: string };

function decodeBlocks(bytes: Uint8Array, start: number, decode: DecodeCharacter): YamlInput {
  let blockEnd = Math.min(BLOCK, bytes.length);
  let at = start;
  let text = '';
  for (;;) {
    let block = '';
    while (at < blockEnd) {
      const char = decode(bytes, at, blockEnd);
      if (char === 'more') break;
      if ('problem' in char) return { text, problem: char.problem };
      const piece = String.fromCodePoint(char.code);
      if (FORBIDDEN.test(piece)) return { text, problem: 'control characters are not allowed' };
      block += piece;
      at += char.width;
    }
    text += block;
    if (blockEnd === bytes.length) {
      return at < blockEnd ? { text, problem: incomplete(decode) } : { text };
    }
    blockEnd = Math.min(bytes.length, at + BLOCK);
  }
}

function incomplete(decode: DecodeCharacter): string {
  return decode === utf8 ? 'incomplete UTF-8 octet sequence' : 'incomplete UTF-16 character';
}

const utf8: DecodeCharacter = (bytes, at, end) => {
  const lead = bytes[at]!;
  const width =
    lead < 0x80
      ? 1
      : (lead & 0xe0) === 0xc0
        ? 2
        : (lead & 0xf0) === 0xe0
          ? 3
          : (lead & 0xf8) === 0xf0
            ? 4
            : 0;
  if (width === 0) return { problem: 'invalid leading UTF-8 octet' };
  if (at + width > end) return 'more';
  let code = width === 1 ? lead : lead & (0x7f >> width);
  for (let i = 1; i < width; i++) {
    const next = bytes[at + i]!;
    if ((next & 0xc0) !== 0x80) return { problem: 'invalid trailing UTF-8 octet' };
    code = (code << 6) | (next & 0x3f);
  }
  if (code < [0, 0, 0x80, 0x800, 0x10000][width]!) return { problem: 'invalid length of a UTF-8 sequence' };
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) return { problem: 'invalid Unicode character' };
  return { code, width };
};

function utf16(high: number, low: number): DecodeCharacter {
  return (bytes, at, end) => {
    if (at + 2 > end) return 'more';
    const first = (bytes[at + high]! << 8) | bytes[at + low]!;
    if ((first & 0xfc00) === 0xdc00) return { problem: 'unexpected low surrogate area' };
    if ((first & 0xfc00) !== 0xd800) return { code: first, width: 2 };
    if (at + 4 > end) return 'more';
    const second = (bytes[at + 2 + high]! << 8) | bytes[at + 2 + low]!;
    if ((second & 0xfc00) !== 0xdc00) return { problem: 'expected low surrogate area' };
    return { code: 0x10000 + ((first & 0x3ff) << 10) + (second & 0x3ff), width: 4 };
  };
}
