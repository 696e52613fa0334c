import { accept, type Cursor, fail, foundAt, identifier, match, skipBlank, within } from './cursor.ts';
import { skipComputed } from './skip.ts';
import type { Expression } from './syntax.ts';
import { heredoc, isHeredoc, plainString, quotedTemplate } from './template.ts';

/** Where an expression stands, which says what ends it. */
export type Context = 'argument' | 'list' | 'object' | 'template';

const ENDS: Readonly<Record<Context, string>> = {
  argument: '\n}',
  list: ',]',
  object: '\n,}',
  template: '}~',
};

const NUMBER = /-?\d+(\.\d+)?([eE][+-]?\d+)?/y;
const INDEX = /\[\s*(?:(\d+)|"([^"\\$%\n]*)")\s*\]/y;

/** Reads one expression; what comes after it is looked at, but stays. */
export function expression(cursor: Cursor, context: Context): Expression {
  return within(cursor, () => {
    const lines = context === 'list' || context === 'template';
    skipBlank(cursor, lines);
    const at = cursor.at;
    if (isEnd(cursor, context)) fail(cursor, `wants a value here, found ${foundAt(cursor)}`);
    const simple = operand(cursor);
    const end = cursor.at;
    skipBlank(cursor, lines);
    if (simple && isEnd(cursor, context)) return { ...simple, file: cursor.file, at, end };
    skipComputed(cursor, { ends: ENDS[context], lines });
    return { kind: 'computed', file: cursor.file, at, end: cursor.at };
  });
}

function isEnd({ text, at }: Cursor, context: Context): boolean {
  const next = text[at];
  return next === undefined || ENDS[context].includes(next);
}

/** An expression's content, before it has a place. */
type Content<Kind = Expression> = Kind extends Expression ? Omit<Kind, 'file' | 'at' | 'end'> : never;

/** Undefined: this is more than an operand, and has to be skipped from here on. */
function operand(cursor: Cursor): Content | undefined {
  const next = cursor.text[cursor.at] ?? '';
  if (next === '"') return templateOf(quotedTemplate(cursor));
  if (isHeredoc(cursor)) return templateOf(heredoc(cursor));
  if (next === '[') return list(cursor);
  if (next === '{') return object(cursor);
  const number = match(cursor, NUMBER);
  if (number) {
    if (/[\p{L}_]/u.test(cursor.text[cursor.at] ?? '')) {
      fail(cursor, `a number ends here; a text such as "${number[0]}…" needs quotes`);
    }
    return { kind: 'literal', value: Number(number[0]) };
  }
  const name = identifier(cursor);
  if (name === undefined) return undefined;
  const word = { true: true, false: false, null: null }[name];
  return word === undefined ? reference(cursor, name) : { kind: 'literal', value: word };
}

/** `"${var.x}"` alone is the value itself, whatever its type. */
function templateOf(parts: readonly (string | Expression)[] | undefined): Content | undefined {
  if (!parts) return undefined;
  const [first = ''] = parts;
  if (parts.length < 2) return typeof first === 'string' ? { kind: 'literal', value: first } : first;
  return { kind: 'template', parts };
}

function reference(cursor: Cursor, name: string): Content | undefined {
  const path: (string | number)[] = [name];
  for (;;) {
    const index = match(cursor, INDEX);
    if (index) path.push(index[1] === undefined ? (index[2] ?? '') : Number(index[1]));
    else if (accept(cursor, '.')) {
      const step = identifier(cursor) ?? match(cursor, /\d+/y)?.[0];
      if (step === undefined) return undefined;
      path.push(/^\d/.test(step) ? Number(step) : step);
    } else return { kind: 'reference', path };
  }
}

function list(cursor: Cursor): Content | undefined {
  const start = cursor.at;
  cursor.at += 1;
  const items: Expression[] = [];
  for (;;) {
    skipBlank(cursor, true);
    if (accept(cursor, ']')) return { kind: 'list', items };
    if (items.length === 0 && isLoop(cursor, start)) return undefined;
    items.push(expression(cursor, 'list'));
    if (!accept(cursor, ',') && cursor.text[cursor.at] !== ']') fail(cursor, 'this "[" is not closed', start);
  }
}

function object(cursor: Cursor): Content | undefined {
  const start = cursor.at;
  cursor.at += 1;
  const entries: { key: string; value: Expression }[] = [];
  for (;;) {
    skipBlank(cursor, true);
    if (accept(cursor, '}')) return { kind: 'object', entries };
    if (entries.length === 0 && isLoop(cursor, start)) return undefined;
    const quoted = cursor.text[cursor.at] === '"';
    const key = quoted ? plainString(cursor) : (identifier(cursor) ?? match(cursor, /\d+/y)?.[0]);
    if (key === undefined) {
      if (cursor.at >= cursor.text.length) fail(cursor, 'this "{" is not closed', start);
      if (cursor.text[cursor.at] !== '(' && !quoted) fail(cursor, `wants a key, found ${foundAt(cursor)}`);
      cursor.at = start;
      return undefined;
    }
    skipBlank(cursor, false);
    if (!accept(cursor, '=') && !accept(cursor, ':')) {
      fail(cursor, `"=" has to follow the key ${key}, found ${foundAt(cursor)}`);
    }
    entries.push({ key, value: expression(cursor, 'object') });
    skipBlank(cursor, false);
    if (cursor.at >= cursor.text.length) fail(cursor, 'this "{" is not closed', start);
    accept(cursor, ',');
  }
}

/** `[for …]` and `{for …}`; the bracket is given back, so that all of it is skipped. */
function isLoop(cursor: Cursor, start: number): boolean {
  if (!/for\s/y.test(cursor.text.slice(cursor.at, cursor.at + 4))) return false;
  cursor.at = start;
  return true;
}
