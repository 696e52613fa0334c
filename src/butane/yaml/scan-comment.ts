import { type Cursor, isBlank, isBreak } from './cursor.ts';

// Comment lines follow each other however they are indented, as far as yaml.v3 looks ahead.
const REACH = 512;

/** Steps over a comment and the comment lines that follow it, up to the end of the last one's line. */
export function skipComments(cursor: Cursor): void {
  for (;;) {
    cursor.skipToLineEnd();
    let at = cursor.pos;
    while (at - cursor.pos < REACH && isBlankOrBreak(cursor.text.charCodeAt(at))) at++;
    if (cursor.text.charCodeAt(at) !== 0x23) return;
    while (cursor.pos < at) {
      if (isBreak(cursor.code())) cursor.takeBreak();
      else cursor.pos++;
    }
  }
}

/** A comment directly behind a token needs no space before it. */
export function skipDirectComment(cursor: Cursor): void {
  let at = cursor.pos;
  while (isBlank(cursor.text.charCodeAt(at))) at++;
  if (cursor.text.charCodeAt(at) !== 0x23) return;
  cursor.pos = at;
  cursor.skipToLineEnd();
}

function isBlankOrBreak(code: number): boolean {
  return isBlank(code) || isBreak(code);
}
