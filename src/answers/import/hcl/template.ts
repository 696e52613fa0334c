import { accept, type Cursor, fail, foundAt, match, skipBlank } from './cursor.ts';
import { expression } from './expression.ts';
import type { Expression } from './syntax.ts';

/** Texts, and the expressions between them. Undefined: it has directives such as `%{ if … }`. */
type Parts = readonly (string | Expression)[] | undefined;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };
const HEREDOC = /<<(-?)([\p{L}_][\p{L}\p{N}_-]*)[ \t]*\n/uy;

/** A text in quotes. */
export function quotedTemplate(cursor: Cursor): Parts {
  const start = cursor.at;
  cursor.at += 1;
  const parts = templateParts(cursor, {
    isEnd: () => cursor.text[cursor.at] === '"',
    unclosed: () => {
      const next = cursor.text[cursor.at];
      if (next === undefined || next === '\n') fail(cursor, 'this text is not closed with a "', start);
    },
    escapes: true,
  });
  cursor.at += 1;
  return parts;
}

/** All of a text from this place on, which has no quotes around it. */
export function bareTemplate(cursor: Cursor): Parts {
  return templateParts(cursor, {
    isEnd: () => cursor.at >= cursor.text.length,
    unclosed: () => {},
    escapes: false,
  });
}

/** A text in quotes that has to be one as it stands: a block's label, a key. */
export function plainString(cursor: Cursor): string | undefined {
  const start = cursor.at;
  const parts = quotedTemplate(cursor);
  const [first = ''] = parts ?? [undefined];
  if (parts && parts.length < 2 && typeof first === 'string') return first;
  cursor.at = start;
  return undefined;
}

export function isHeredoc({ text, at }: Cursor): boolean {
  HEREDOC.lastIndex = at;
  return text.startsWith('<<', at) && HEREDOC.test(text);
}

/** `<<EOT` and `<<-EOT`: up to the line that holds nothing but the word. The last line end belongs to the text. */
export function heredoc(cursor: Cursor): Parts {
  const start = cursor.at;
  const [, flush, word] = match(cursor, HEREDOC) ?? [];
  const closing = new RegExp(`^[ \\t]*${word}[ \\t]*$`, 'mg');
  closing.lastIndex = cursor.at;
  const end = closing.exec(cursor.text);
  if (!end) fail(cursor, `the line ${word} that ends this text is missing`, start);
  const parts = templateParts(cursor, {
    isEnd: () => cursor.at >= end.index,
    unclosed: () => {},
    escapes: false,
  });
  cursor.at = end.index + end[0].length;
  return flush && parts ? withoutIndent(parts) : parts;
}

interface Limits {
  isEnd(): boolean;
  unclosed(): void;
  escapes: boolean;
}

function templateParts(cursor: Cursor, { isEnd, unclosed, escapes }: Limits): Parts {
  const parts: (string | Expression)[] = [];
  let text = '';
  let directives = false;
  while (!isEnd()) {
    unclosed();
    if (accept(cursor, '$${')) text += '${';
    else if (accept(cursor, '%%{')) text += '%{';
    else if (cursor.text.startsWith('${', cursor.at)) {
      if (text !== '') parts.push(text);
      text = '';
      parts.push(interpolation(cursor));
    } else if (cursor.text.startsWith('%{', cursor.at)) {
      directives = true;
      skipDirective(cursor);
    } else if (escapes && cursor.text[cursor.at] === '\\') text += escaped(cursor);
    else {
      const char = String.fromCodePoint(cursor.text.codePointAt(cursor.at)!);
      text += char;
      cursor.at += char.length;
    }
  }
  if (text !== '') parts.push(text);
  return directives ? undefined : parts;
}

/** A `~` takes the spaces beside it away, which changes the text around: not evaluated. */
function interpolation(cursor: Cursor): Expression {
  const start = cursor.at;
  cursor.at += 2;
  const before = accept(cursor, '~');
  const read = expression(cursor, 'template');
  skipBlank(cursor, true);
  const after = accept(cursor, '~');
  if (!accept(cursor, '}')) fail(cursor, 'this "${" is not closed', start);
  return before || after ? { kind: 'computed', file: read.file, at: read.at, end: read.end } : read;
}

function skipDirective(cursor: Cursor): void {
  const start = cursor.at;
  cursor.at += 2;
  accept(cursor, '~');
  expression(cursor, 'template');
  accept(cursor, '~');
  if (!accept(cursor, '}')) fail(cursor, 'this "%{" is not closed', start);
}

function escaped(cursor: Cursor): string {
  const unicode = match(cursor, /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))/y);
  if (unicode) {
    const point = Number.parseInt(unicode[1] ?? unicode[2] ?? '', 16);
    if (point > 0x10ffff) fail(cursor, 'there is no such character', cursor.at - unicode[0].length);
    return String.fromCodePoint(point);
  }
  cursor.at += 1;
  const known = ESCAPES[cursor.text[cursor.at] ?? ''];
  if (known === undefined) fail(cursor, `a text knows no "\\" before ${foundAt(cursor)}`);
  cursor.at += 1;
  return known;
}

/** Takes away what all lines are indented by; lines of spaces alone do not count. */
function withoutIndent(parts: readonly (string | Expression)[]): readonly (string | Expression)[] {
  const lines = parts
    .map((part) => (typeof part === 'string' ? part : '?'))
    .join('')
    .split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map(indentOf);
  const indent = Math.min(...indents.slice(0, MOST_LINES), Number.MAX_SAFE_INTEGER);
  const cut = (line: string) => line.slice(Math.min(indent, indentOf(line)));
  return parts.map((part, at) => {
    if (typeof part !== 'string') return part;
    const [first = '', ...more] = part.split('\n');
    return [at === 0 ? cut(first) : first, ...more.map(cut)].join('\n');
  });
}

/** A call takes only so many arguments. */
const MOST_LINES = 50_000;

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
