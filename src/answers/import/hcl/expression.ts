import { calculated } from './calculated.ts';
import { accept, type Cursor, fail, foundAt, identifier, match, skipBlank, within } from './cursor.ts';
import { loop } from './loop.ts';
import { skipComputed } from './skip.ts';
import { type Expression, HclError, type Operator, type Spot, type Step } from './syntax.ts';
import { bareTemplate, heredoc, isHeredoc, plainString, quotedTemplate } from './template.ts';

/** Where an expression stands, which says what ends it. */
export type Context = 'argument' | 'list' | 'object' | 'template' | 'group' | 'index' | 'loop' | 'loopKey';

const ENDS: Readonly<Record<Context, string>> = {
  argument: '\n}',
  list: ',]',
  object: '\n,}',
  template: '}~',
  group: ')',
  index: ']',
  loop: ':',
  loopKey: '=',
};

const NUMBER = /-?\d+(\.\d+)?([eE][+-]?\d+)?/y;
const OPERATOR = /[*/%+-]/y;
/** Functions that change no more than what kind of value it is. */
const SAME = new Set(['tolist', 'tomap', 'tonumber', 'toset', 'tostring', 'tobool']);

/** Reads one expression; what comes after it is looked at, but stays. */
export function expression(cursor: Cursor, context: Context): Expression {
  return within(cursor, () => {
    const lines = context !== 'argument' && context !== 'object';
    skipBlank(cursor, lines);
    const at = cursor.at;
    if (isEnd(cursor, context)) fail(cursor, `wants a value here, found ${foundAt(cursor)}`);
    const simple = calculation(cursor, { context, lines });
    if (simple) return { ...simple, at };
    skipComputed(cursor, { ends: ENDS[context], lines });
    return { kind: 'computed', file: cursor.file, at, end: cursor.at };
  });
}

/** A text of JSON, which is a template without quotes of its own. */
export function wholeText({ file, at }: Spot): Expression {
  const cursor: Cursor = { file, text: file.text, at, depth: 0, again: 0 };
  const content = templateOf(bareTemplate(cursor));
  return { ...(content ?? { kind: 'computed' as const }), file, at, end: file.text.length };
}

function isEnd({ text, at }: Cursor, context: Context): boolean {
  const next = text[at];
  return next === undefined || ENDS[context].includes(next);
}

/** Operands with signs of arithmetic between them, up to the end of the expression. Undefined: it is more than that. */
function calculation(
  cursor: Cursor,
  { context, lines }: { context: Context; lines: boolean },
): Expression | undefined {
  const operands: Expression[] = [];
  const operators: Operator[] = [];
  for (;;) {
    const at = cursor.at;
    const content = operand(cursor);
    if (!content) return undefined;
    operands.push({ ...content, file: cursor.file, at, end: cursor.at });
    skipBlank(cursor, lines);
    if (isEnd(cursor, context)) return calculated(operands, operators);
    const operator = match(cursor, OPERATOR)?.[0] as Operator | undefined;
    if (operator === undefined || operands.length > MOST_OPERANDS) return undefined;
    operators.push(operator);
    skipBlank(cursor, lines);
  }
}

/** Evaluating recurses over them. */
const MOST_OPERANDS = 100;

/** An expression's content, before it has a place. */
type Content<Kind = Expression> = Kind extends Expression ? Omit<Kind, 'file' | 'at' | 'end'> : never;

/** Undefined: this is more than an operand, and has to be skipped from here on. */
function operand(cursor: Cursor): Content | undefined {
  const next = cursor.text[cursor.at] ?? '';
  if (next === '"') return templateOf(quotedTemplate(cursor));
  if (isHeredoc(cursor)) return templateOf(heredoc(cursor));
  if (next === '[') return list(cursor);
  if (next === '{') return object(cursor);
  if (next === '(') return group(cursor);
  const number = match(cursor, NUMBER);
  if (number) {
    if (/[\p{L}_]/u.test(cursor.text[cursor.at] ?? '')) {
      fail(cursor, `a number ends here; a text such as "${number[0]}…" needs quotes`);
    }
    return { kind: 'literal', value: Number(number[0]) };
  }
  const name = identifier(cursor);
  if (name === undefined) return undefined;
  if (SAME.has(name) && cursor.text[cursor.at] === '(') return group(cursor);
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
  const path: Step[] = [name];
  for (;;) {
    const start = cursor.at;
    if (accept(cursor, '[')) {
      const index = expression(cursor, 'index');
      if (!accept(cursor, ']')) fail(cursor, 'this "[" is not closed', start);
      path.push(index.kind === 'literal' ? String(index.value) : index);
    } else if (accept(cursor, '.')) {
      const step = identifier(cursor) ?? match(cursor, /\d+/y)?.[0];
      if (step === undefined) return undefined;
      path.push(/^\d/.test(step) ? Number(step) : step);
    } else return { kind: 'reference', path };
  }
}

/** `(…)`, and the argument of a function that changes nothing. */
function group(cursor: Cursor): Content | undefined {
  const start = cursor.at;
  cursor.at += 1;
  const inner = expression(cursor, 'group');
  if (!accept(cursor, ')')) fail(cursor, `this "(" is not closed before ${foundAt(cursor)}`, start);
  return inner;
}

function list(cursor: Cursor): Content | undefined {
  const start = cursor.at;
  cursor.at += 1;
  const items: Expression[] = [];
  for (;;) {
    skipBlank(cursor, true);
    if (accept(cursor, ']')) return { kind: 'list', items };
    if (items.length === 0 && isLoop(cursor)) return looped(cursor, { start, closing: ']' });
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
    if (entries.length === 0 && isLoop(cursor)) return looped(cursor, { start, closing: '}' });
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

function isLoop({ text, at }: Cursor): boolean {
  return /for\s/y.test(text.slice(at, at + 4));
}

/** `[for …]` and `{for …}`; where it is more than can be read, the bracket is given back, so that all of it is skipped. */
function looped(
  cursor: Cursor,
  { start, closing }: { start: number; closing: ']' | '}' },
): Content | undefined {
  const { depth } = cursor;
  if (cursor.again < MOST_AGAIN) {
    try {
      const read = loop(cursor, closing);
      if (read) return { kind: 'loop', ...read };
    } catch (error) {
      if (!(error instanceof HclError)) throw error;
    }
    cursor.again += 1;
  }
  cursor.depth = depth;
  cursor.at = start;
  return undefined;
}

/** Of one file. */
const MOST_AGAIN = 100;
