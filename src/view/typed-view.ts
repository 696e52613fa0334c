import { graphemes, textWidth } from './text/fit.ts';
import type { Typing } from './typing.ts';

/** The part of a typed line that is in sight, split at the caret. */
export interface TypedView {
  before: string;
  /** The character under the caret; empty at the end. */
  under: string;
  after: string;
}

/** Slides a long line so that the caret stays in sight; `mask` stands for each character of a secret. */
export function typedView(line: Typing, width: number, mask?: string): TypedView {
  const parts = graphemes(line.text).map((part) => mask ?? part);
  const caret = Math.min(line.caret, parts.length);
  const room = Math.max(1, width - 1);
  let from = 0;
  while (from < caret && textWidth(parts.slice(from, caret).join('')) >= room) from += 1;
  let to = caret;
  while (to < parts.length && textWidth(parts.slice(from, to + 1).join('')) <= room) to += 1;
  return {
    before: parts.slice(from, caret).join(''),
    under: caret < to ? (parts[caret] ?? '') : '',
    after: parts.slice(caret + 1, to).join(''),
  };
}
