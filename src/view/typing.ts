import type { Press } from './press.ts';
import { graphemes } from './text/fit.ts';
import { harmless } from './text/harmless.ts';

/** A line being typed; `caret` counts characters as a reader sees them. */
export interface Typing {
  text: string;
  caret: number;
}

export function typingOf(text: string): Typing {
  return { text, caret: graphemes(text).length };
}

/** What a key makes of the line, or undefined where the key is none of typing. */
export function type(line: Typing, press: Press): Typing | undefined {
  const parts = graphemes(line.text);
  const caret = Math.min(line.caret, parts.length);
  const at = (place: number): Typing => ({
    text: line.text,
    caret: Math.min(parts.length, Math.max(0, place)),
  });
  const without = (from: number, to: number): Typing => ({
    text: [...parts.slice(0, from), ...parts.slice(to)].join(''),
    caret: from,
  });
  switch (press.key) {
    case 'text':
      return inserted(parts, caret, harmless(press.text));
    case 'left':
      return at(caret - 1);
    case 'right':
      return at(caret + 1);
    case 'home':
      return at(0);
    case 'end':
      return at(parts.length);
    case 'backspace':
      return caret === 0 ? at(0) : without(caret - 1, caret);
    case 'delete':
      return without(caret, caret + 1);
    case 'ctrl':
      return control(press.text, { parts, caret, at, without });
    default:
      return undefined;
  }
}

interface Editing {
  parts: string[];
  caret: number;
  at: (place: number) => Typing;
  without: (from: number, to: number) => Typing;
}

/** The keys that shells have taught everybody. */
function control(letter: string, { parts, caret, at, without }: Editing): Typing | undefined {
  if (letter === 'a') return at(0);
  if (letter === 'e') return at(parts.length);
  if (letter === 'u') return without(0, caret);
  if (letter === 'k') return { ...without(caret, parts.length), caret };
  if (letter === 'w') return without(wordStart(parts, caret), caret);
  return undefined;
}

function inserted(parts: string[], caret: number, text: string): Typing {
  const before = parts.slice(0, caret).join('') + text;
  return { text: before + parts.slice(caret).join(''), caret: graphemes(before).length };
}

function wordStart(parts: string[], caret: number): number {
  let from = caret;
  while (from > 0 && parts[from - 1] === ' ') from -= 1;
  while (from > 0 && parts[from - 1] !== ' ') from -= 1;
  return from;
}
