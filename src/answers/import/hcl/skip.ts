import { type Cursor, fail, foundAt, skipBlank } from './cursor.ts';
import { heredoc, isHeredoc, quotedTemplate } from './template.ts';

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Goes over the rest of an expression that is not evaluated: to the first of `ends`, or a closing bracket, outside of its own ones. */
export function skipComputed(cursor: Cursor, { ends, lines }: { ends: string; lines: boolean }): void {
  const open: { bracket: string; at: number }[] = [];
  for (;;) {
    skipBlank(cursor, lines || open.length > 0);
    const next = cursor.text[cursor.at];
    const inner = open.at(-1);
    if (!inner && (next === undefined || ends.includes(next) || ')]}'.includes(next))) return;
    if (inner && (next === undefined || (')]}'.includes(next) && CLOSING[inner.bracket] !== next))) {
      fail(cursor, `this "${inner.bracket}" is not closed before ${foundAt(cursor)}`, inner.at);
    }
    if (next === '"') {
      quotedTemplate(cursor);
      continue;
    }
    if (isHeredoc(cursor)) {
      heredoc(cursor);
      continue;
    }
    if (inner && next === CLOSING[inner.bracket]) open.pop();
    else if (next !== undefined && CLOSING[next]) open.push({ bracket: next, at: cursor.at });
    cursor.at += 1;
  }
}
