import { accept, type Cursor, identifier, skipBlank } from './cursor.ts';
import { expression } from './expression.ts';
import type { Loop } from './syntax.ts';

/**
 * Reads `for … : …` behind its bracket, the closing one included. Undefined: it filters (`if`) or groups (`...`),
 * and is left to Terraform; the cursor then stands anywhere.
 */
export function loop(cursor: Cursor, closing: ']' | '}'): Loop | undefined {
  accept(cursor, 'for');
  const names: string[] = [];
  do {
    skipBlank(cursor, true);
    names.push(identifier(cursor) ?? '');
    skipBlank(cursor, true);
  } while (accept(cursor, ',') && names.length < 2);
  if (identifier(cursor) !== 'in') return undefined;
  const over = expression(cursor, 'loop');
  if (!accept(cursor, ':')) return undefined;
  const key = closing === '}' ? expression(cursor, 'loopKey') : undefined;
  if (key && !accept(cursor, '=>')) return undefined;
  const value = expression(cursor, closing === '}' ? 'object' : 'index');
  skipBlank(cursor, true);
  const isPlain = !/\sif\s|\.\.\.$/.test(cursor.text.slice(value.at, value.end));
  return accept(cursor, closing) && isPlain ? { names, over, value, ...(key ? { key } : {}) } : undefined;
}
