import { type Cursor, fail, foundAt, skipBlank } from './cursor.ts';
import { heredoc, isHeredoc, quotedTemplate } from './template.ts';

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Goes over the rest of an expression that is not evaluated: to the first of `ends` outside of all brackets. */
export function skipComputed(cursor: Cursor, { ends, lines }: { ends: string; lines: boolean }): void {
  const open: { closing: string; at: number }[] = [];
  for (;;) {
    skipBlank(cursor, lines || open.length > 0);
    const next = cursor.text[cursor.at];
    if (open.length === 0 && (next === undefined || ends.includes(next))) return;
    if (next === undefined) fail(cursor, 'this bracket is not closed', open.at(-1)?.at);
    if (next === '"') {
      quotedTemplate(cursor);
      continue;
    }
    if (isHeredoc(cursor)) {
      heredoc(cursor);
      continue;
    }
    const closing = CLOSING[next];
    if (closing) open.push({ closing, at: cursor.at });
    else if (')]}'.includes(next) && open.pop()?.closing !== next) {
      fail(cursor, `${foundAt(cursor)} closes a bracket that is not open here`);
    }
    cursor.at += next.length;
  }
}
