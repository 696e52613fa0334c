import stringWidth from 'string-width';

export interface FitOptions {
  align?: 'left' | 'right';
  ellipsis?: string;
}

/** Cuts or pads a text to exactly `width` terminal columns. */
export function fitted(
  text: string,
  width: number,
  { align = 'left', ellipsis = '…' }: FitOptions = {},
): string {
  const shown = cut(text, width, ellipsis);
  const padding = ' '.repeat(Math.max(0, width - textWidth(shown)));
  return align === 'right' ? padding + shown : shown + padding;
}

/** Cuts a text that is wider than `width` columns; the ellipsis is part of the width. */
export function cut(text: string, width: number, ellipsis = '…'): string {
  if (width <= 0) return '';
  if (textWidth(text) <= width) return text;
  const mark = textWidth(ellipsis) < width ? ellipsis : '';
  return head(text, width - textWidth(mark)) + mark;
}

/** Cuts a text in its middle: what is done and to whom stand at the ends of a title. */
export function cutMiddle(text: string, width: number, ellipsis = '…'): string {
  const room = width - textWidth(ellipsis);
  if (textWidth(text) <= width || room < 4) return cut(text, width, ellipsis);
  const begin = head(text, Math.floor(room / 2));
  const backwards = graphemes(text).reverse();
  let end = '';
  for (const part of backwards) {
    if (textWidth(begin) + textWidth(part) + textWidth(end) > room) break;
    end = part + end;
  }
  return begin + ellipsis + end;
}

/** Columns that a text takes in a terminal. */
export function textWidth(text: string): number {
  return simple.test(text) ? text.length : stringWidth(text);
}

/**
 * Breaks a text at spaces into lines of at most `width` columns. A longer word, such as an address, begins where it
 * stands and is broken where its parts end, as far as there are any.
 */
export function wrapWords(text: string, width: number): string[] {
  const room = Math.max(1, width);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = line ? `${line} ${word}` : word;
    if (textWidth(longer) <= room) {
      line = longer;
      continue;
    }
    const left = line ? room - textWidth(line) - 1 : 0;
    const begins = textWidth(word) > room && left >= room / 3 ? part(word, left) : '';
    if (line) lines.push(begins ? `${line} ${begins}` : line);
    line = word.slice(begins.length);
    while (textWidth(line) > room) {
      const first = part(line, room);
      lines.push(first);
      line = line.slice(first.length);
    }
  }
  if (line) lines.push(line);
  return lines;
}

/** Breaks a line wherever `width` ends, and keeps every blank: for what is meant to the letter. */
export function brokenLines(line: string, width: number): string[] {
  const lines: string[] = [];
  let rest = line;
  while (textWidth(rest) > Math.max(1, width)) {
    const first = head(rest, Math.max(1, width)) || (graphemes(rest)[0] ?? '');
    lines.push(first);
    rest = rest.slice(first.length);
  }
  return [...lines, rest];
}

/** What a reader takes for characters: combining marks and joined emoji stay together. */
export function graphemes(text: string): string[] {
  if (simple.test(text)) return text.split('');
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), (part) => part.segment);
}

/** The beginning of a long word: up to the last mark between its parts that is not too far to the left. */
function part(word: string, width: number): string {
  // At least one character per line, however narrow the terminal.
  const first = head(word, width) || (graphemes(word)[0] ?? '');
  const mark = /^.*[/?&=,:;@_.-]/.exec(first)?.[0] ?? '';
  return mark.length > first.length / 2 ? mark : first;
}

function head(text: string, width: number): string {
  let shown = '';
  let used = 0;
  for (const part of graphemes(text)) {
    used += textWidth(part);
    if (used > width) break;
    shown += part;
  }
  return shown;
}

/**
 * Characters of one column that never join with their neighbours: ASCII, Latin, dashes and dots, arrows, box
 * drawing and bars, Braille, and our own signs. For them counting is enough; segmenting is a hundred times slower.
 */
const simple =
  /^[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u2193\u23ce\u2500-\u259f\u2713\u2717\u276f\u2800-\u28ff]*$/;
let segmenter: Intl.Segmenter | undefined;
