import type { Picture } from '../../plan/picture.ts';
import { cut, wrapWords } from '../text/fit.ts';
import { harmless } from '../text/harmless.ts';
import { asciiText, type Signs, signsFor } from '../text/signs.ts';
import { boxFor, type Density, type NodeBox } from './box.ts';
import { networkLines, usedSegments } from './network.ts';
import { pictureSummary } from './words.ts';

export interface PictureOptions {
  signs: Signs;
  /** Columns. */
  width: number;
  /** Rows that there are; the picture folds guests, then boxes, to fit. */
  height?: number;
}

/** Draws nodes as boxes, the guests in them and the networks below. No line is wider than `width`. */
export function pictureLines(picture: Picture, options: PictureOptions): string[] {
  const { height = Number.POSITIVE_INFINITY } = options;
  const crowded = picture.nodes.some((node) => node.guests.length > mostAlone);
  const fitting = crowded && height === Number.POSITIVE_INFINITY ? densities.slice(2) : densities;
  const few = shortened(picture.notes, options.signs);
  for (const density of fitting) {
    for (const notes of few === picture.notes ? [few] : [picture.notes, few]) {
      const lines = drawn({ ...picture, notes }, { ...options, ...density });
      if (lines.length <= height) return lines;
    }
  }
  const summary = pictureSummary(picture, options);
  const lines = [picture.notes, few]
    .map((notes) => [...summary, ...noteLines({ ...picture, notes }, options)])
    .reduce((all, short) => (all.length <= height ? all : short));
  if (lines.length <= height) return lines;
  const { ellipsis } = options.signs;
  return [...lines.slice(0, height - 1), ` ${ellipsis} ${lines.length - height + 1} more lines`].slice(
    0,
    height,
  );
}

/** From the airiest to the tightest; each guest by itself as long as there is room for that. */
const densities: readonly Density[] = [
  { show: 'two-lines', most: Number.POSITIVE_INFINITY },
  { show: 'one-line', most: Number.POSITIVE_INFINITY },
  { show: 'groups', most: 8 },
  { show: 'groups', most: 4 },
  { show: 'groups', most: 2 },
  { show: 'groups', most: 1 },
];

/** Without a height nothing ends the picture but sense: more guests than this are shown by group. */
const mostAlone = 6;

function drawn(picture: Picture, options: PictureOptions & Density): string[] {
  const { signs, width } = options;
  const segments = usedSegments(picture);
  const room = Math.max(1, width - indent - 4);
  const boxes = picture.nodes.map((node) => boxFor(node, { ...options, room }));
  const inner = Math.min(room, Math.max(narrowest, ...boxes.map((box) => box.width)));
  const outer = inner + 4;
  const perRow = Math.max(1, Math.floor((width - indent + narrowGap) / (outer + narrowGap)));
  const inRow = Math.min(perRow, boxes.length);
  const spare = inRow > 1 ? Math.floor((width - indent - inRow * outer) / (inRow - 1)) : narrowGap;
  const gap = Math.max(narrowGap, Math.min(wideGap, spare - 1));
  const lines: string[] = [];
  for (let at = 0; at < boxes.length; at += perRow) {
    const row: readonly NodeBox[] = boxes.slice(at, at + perRow);
    if (at > 0 && options.show === 'two-lines') lines.push('');
    lines.push(...networkLines(row, { signs, width, inner, gap, indent, segments }));
  }
  return [...lines, ...noteLines(picture, options)].map((line) => cut(line.trimEnd(), width, signs.ellipsis));
}

/** Where room is scarce, boxes with fewer notes say more than notes without boxes; the plan has all of them. */
const fewNotes = 4;

function shortened(notes: readonly string[], { ellipsis }: Signs): readonly string[] {
  if (notes.length <= fewNotes) return notes;
  return [...notes.slice(0, fewNotes - 1), `${ellipsis} ${notes.length - fewNotes + 1} more of these`];
}

function noteLines(picture: Picture, { signs, width }: PictureOptions): string[] {
  // Before they are wrapped: an arrow of two signs is wider.
  const shown = signs === signsFor(true) ? picture.notes.map(asciiText) : picture.notes;
  return shown.flatMap((note) =>
    wrapWords(harmless(note), width - indent).map((line) => ' '.repeat(indent) + line),
  );
}

const indent = 2;
const narrowest = 15;
const narrowGap = 2;
const wideGap = 5;
