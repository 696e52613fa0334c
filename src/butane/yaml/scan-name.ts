import { type Cursor, isBlank, isBlankOrEnd, isBreak, isBreakOrEnd, isWord, type Mark } from './cursor.ts';
import { scanError } from './error.ts';
import { type Token, token } from './token.ts';

/** Reads `&name` or `*name`. */
export function scanAnchor(cursor: Cursor, type: 'anchor' | 'alias'): Token {
  const start = cursor.mark();
  cursor.pos++;
  const name = takeWord(cursor);
  // ? : , ] } % @ `
  const ends = isBlankOrEnd(cursor.code()) || '?:,]}%@`'.includes(cursor.text.charAt(cursor.pos));
  if (name === '' || !ends) {
    throw scanError('did not find expected alphabetic or numeric character', start.line, cursor.line);
  }
  return token(type, start, name);
}

/** Reads `!`, `!suffix`, `!handle!suffix` or `!<uri>`. */
export function scanTag(cursor: Cursor): Token {
  const start = cursor.mark();
  let handle = '';
  let suffix: string;
  if (cursor.code(1) === 0x3c) {
    cursor.pos += 2;
    suffix = scanTagUri(cursor, '', start);
    if (cursor.code() !== 0x3e) throw scanError("did not find the expected '>'", start.line, cursor.line);
    cursor.pos++;
  } else {
    handle = scanTagHandle(cursor, false, start);
    if (handle.length > 1 && handle.endsWith('!')) {
      suffix = scanTagUri(cursor, '', start);
    } else {
      suffix = scanTagUri(cursor, handle, start);
      [handle, suffix] = suffix === '' ? ['', '!'] : ['!', suffix];
    }
  }
  if (!isBlankOrEnd(cursor.code())) {
    throw scanError('did not find expected whitespace or line break', start.line, cursor.line);
  }
  return token('tag', start, handle, suffix);
}

/** Reads `%YAML 1.1` or `%TAG !handle! prefix` to the end of its line. */
export function scanDirective(cursor: Cursor): Token {
  const start = cursor.mark();
  const fail = (problem: string) => scanError(problem, start.line, cursor.line);
  cursor.pos++;
  const name = takeWord(cursor);
  if (name === '') throw fail('could not find expected directive name');
  if (!isBlankOrEnd(cursor.code())) throw fail('found unexpected non-alphabetical character');
  let result: Token;
  if (name === 'YAML') {
    cursor.skipBlanks();
    const major = scanVersionNumber(cursor, start);
    if (cursor.code() !== 0x2e) throw fail("did not find expected digit or '.' character");
    cursor.pos++;
    result = token('version-directive', start, `${major}.${scanVersionNumber(cursor, start)}`);
  } else if (name === 'TAG') {
    cursor.skipBlanks();
    const handle = scanTagHandle(cursor, true, start);
    if (!isBlank(cursor.code())) throw fail('did not find expected whitespace');
    cursor.skipBlanks();
    const prefix = scanTagUri(cursor, '', start);
    if (!isBlankOrEnd(cursor.code())) throw fail('did not find expected whitespace or line break');
    result = token('tag-directive', start, handle, prefix);
  } else {
    throw fail('found unknown directive name');
  }
  cursor.skipBlanks();
  if (cursor.code() === 0x23) cursor.skipToLineEnd();
  if (!isBreakOrEnd(cursor.code())) throw fail('did not find expected comment or line break');
  if (isBreak(cursor.code())) cursor.takeBreak();
  return result;
}

function takeWord(cursor: Cursor): string {
  const start = cursor.pos;
  while (isWord(cursor.code())) cursor.pos++;
  return cursor.text.slice(start, cursor.pos);
}

function scanVersionNumber(cursor: Cursor, start: Mark): number {
  const from = cursor.pos;
  while (cursor.code() >= 0x30 && cursor.code() <= 0x39) {
    if (cursor.pos - from === 2) {
      throw scanError('found extremely long version number', start.line, cursor.line);
    }
    cursor.pos++;
  }
  if (cursor.pos === from) throw scanError('did not find expected version number', start.line, cursor.line);
  return Number(cursor.text.slice(from, cursor.pos));
}

function scanTagHandle(cursor: Cursor, directive: boolean, start: Mark): string {
  if (cursor.code() !== 0x21) throw scanError("did not find expected '!'", start.line, cursor.line);
  cursor.pos++;
  let handle = `!${takeWord(cursor)}`;
  if (cursor.code() === 0x21) {
    handle += '!';
    cursor.pos++;
  } else if (directive && handle !== '!') {
    throw scanError("did not find expected '!'", start.line, cursor.line);
  }
  return handle;
}

function scanTagUri(cursor: Cursor, head: string, start: Mark): string {
  let uri = head.slice(1);
  let found = head !== '';
  for (;;) {
    const char = cursor.text.charAt(cursor.pos);
    if (char === '%') uri += scanUriEscape(cursor, start);
    else if (isWord(cursor.code()) || (char !== '\0' && ";/?:@&=+$,.!~*'()[]".includes(char))) {
      uri += char;
      cursor.pos++;
    } else break;
    found = true;
  }
  if (!found) throw scanError('did not find expected tag URI', start.line, cursor.line);
  return uri;
}

/** `%C3%BC` → `ü`: the escaped octets of one UTF-8 character. */
function scanUriEscape(cursor: Cursor, start: Mark): string {
  const octets: number[] = [];
  let width = 1;
  while (octets.length < width) {
    const match = /^%([0-9a-fA-F]{2})/.exec(cursor.text.slice(cursor.pos, cursor.pos + 3));
    if (!match) throw scanError('did not find URI escaped octet', start.line, cursor.line);
    const octet = Number.parseInt(match[1]!, 16);
    if (octets.length === 0) {
      width =
        octet < 0x80
          ? 1
          : (octet & 0xe0) === 0xc0
            ? 2
            : (octet & 0xf0) === 0xe0
              ? 3
              : (octet & 0xf8) === 0xf0
                ? 4
                : 0;
      if (width === 0) throw scanError('found an incorrect leading UTF-8 octet', start.line, cursor.line);
    } else if ((octet & 0xc0) !== 0x80) {
      throw scanError('found an incorrect trailing UTF-8 octet', start.line, cursor.line);
    }
    octets.push(octet);
    cursor.pos += 3;
  }
  return new TextDecoder().decode(Uint8Array.from(octets));
}
