import { cutMiddle, fitted, textWidth } from './fit.ts';

/** One piece of a line. Without `width` it takes what its text needs; `grow` takes what the others leave. */
export interface Cell {
  text: string;
  width?: number;
  grow?: boolean;
  align?: 'left' | 'right';
  /** Where a text that is too long is cut; its end unless told. */
  cutAt?: 'end' | 'middle';
  as?: Tint;
  bold?: boolean;
  /** Light on dark turned around: for the caret and for what must not be missed. */
  inverse?: boolean;
  /** Words for screen readers in place of a sign or a bar; `''` leaves the cell out. */
  said?: string;
}

/** What a text is; the terminal decides what it looks like. */
export type Tint = 'plain' | 'accent' | 'ok' | 'warning' | 'failed' | 'dim';

export interface PlacedCell {
  text: string;
  as: Tint;
  bold: boolean;
  inverse: boolean;
}

/** Fits cells into exactly `width` columns: growing cells share the rest, the last cells give way if there is none. */
export function placeCells(cells: readonly Cell[], width: number, ellipsis = '…'): PlacedCell[] {
  const natural = cells.map((cell) => (cell.grow ? 0 : (cell.width ?? textWidth(cell.text))));
  const growing = cells.filter((cell) => cell.grow).length;
  let spare = width - natural.reduce((sum, one) => sum + one, 0);
  let share = growing > 0 ? Math.max(0, Math.floor(spare / growing)) : 0;
  const placed: PlacedCell[] = [];
  let left = width;
  cells.forEach((cell, at) => {
    let own = natural[at] ?? 0;
    if (cell.grow) {
      own = share;
      spare -= share;
      if (spare > 0 && spare < share) share += spare;
    }
    const room = Math.max(0, Math.min(own, left));
    left -= room;
    placed.push({
      text: fitted(cell.cutAt === 'middle' ? cutMiddle(cell.text, room, ellipsis) : cell.text, room, {
        ellipsis,
        ...(cell.align ? { align: cell.align } : {}),
      }),
      as: cell.as ?? 'plain',
      bold: cell.bold ?? false,
      inverse: cell.inverse ?? false,
    });
  });
  return placed;
}

/** The line as a screen reader should say it. */
export function saidCells(cells: readonly Cell[]): string {
  return cells
    .map((cell) => (cell.said ?? cell.text).trim())
    .filter(Boolean)
    .join(' ');
}
