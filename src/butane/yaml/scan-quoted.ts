import { type Cursor, isBlank, isBlankOrEnd, isBreak } from './cursor.ts';
import { scanError } from './error.ts';
import { Gap } from './scan-scalar.ts';

/** Reads a scalar in single or double quotes, from the opening quote past the closing one. */
export function scanQuotedScalar(cursor: Cursor, single: boolean): string {
  const startLine = cursor.line;
  const quote = single ? 0x27 : 0x22;
  const gap = new Gap();
  let value = '';
  cursor.pos++;
  for (;;) {
    if (cursor.atDocumentIndicator()) {
      throw scanError('found unexpected document indicator', startLine, cursor.line);
    }
    if (cursor.atEnd()) throw scanError('found unexpected end of stream', startLine, cursor.line);
    value += scanRun(cursor, quote, gap, startLine);
    if (cursor.code() === quote) break;
    for (let code = cursor.code(); isBlank(code) || isBreak(code); code = cursor.code()) {
      if (isBreak(code)) {
        gap.addBreak(cursor.takeBreak());
      } else {
        gap.addBlank(code);
        cursor.pos++;
      }
    }
    value += gap.take();
  }
  cursor.pos++;
  return value;
}

/** Reads up to a blank, a break, the closing quote or an escaped line break. */
function scanRun(cursor: Cursor, quote: number, gap: Gap, startLine: number): string {
  let value = '';
  let start = cursor.pos;
  for (let code = cursor.code(); !isBlankOrEnd(code); code = cursor.code()) {
    if (code === quote) {
      if (quote !== 0x27 || cursor.code(1) !== 0x27) break;
      value += cursor.text.slice(start, cursor.pos + 1);
      cursor.pos += 2;
      start = cursor.pos;
    } else if (code === 0x5c && quote === 0x22) {
      value += cursor.text.slice(start, cursor.pos);
      if (isBreak(cursor.code(1))) {
        cursor.pos++;
        cursor.takeBreak();
        gap.addEscapedBreak();
        return value;
      }
      value += scanEscape(cursor, startLine);
      start = cursor.pos;
    } else {
      cursor.pos++;
    }
  }
  return value + cursor.text.slice(start, cursor.pos);
}

const ESCAPES: Record<string, string> = {
  '0': '\0',
  a: '\u0007',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\u001b',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
  N: '\u0085',
  _: '\u00a0',
  L: '\u2028',
  P: '\u2029',
};

const CODE_LENGTHS: Record<string, number> = { x: 2, u: 4, U: 8 };

function scanEscape(cursor: Cursor, startLine: number): string {
  const letter = cursor.text.charAt(cursor.pos + 1);
  const plain = ESCAPES[letter];
  const length = CODE_LENGTHS[letter];
  if (plain === undefined && length === undefined) {
    throw scanError('found unknown escape character', startLine, cursor.line);
  }
  cursor.pos += 2;
  if (length === undefined) return plain!;
  const digits = cursor.text.slice(cursor.pos, cursor.pos + length);
  if (!/^[0-9a-fA-F]+$/.test(digits)) {
    throw scanError('did not find expected hexdecimal number', startLine, cursor.line);
  }
  const code = Number.parseInt(digits, 16);
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) {
    throw scanError('found invalid Unicode character escape code', startLine, cursor.line);
  }
  cursor.pos += length;
  return String.fromCodePoint(code);
}
