/** The part of a list that is shown: `from` inclusive, `to` exclusive. */
export interface Window {
  from: number;
  to: number;
}

/** Keeps the cursor in sight, a little away from the edges where there is room. */
export function windowAround(cursor: number, length: number, height: number): Window {
  const rows = Math.max(1, height);
  if (length <= rows) return { from: 0, to: length };
  const from = Math.min(Math.max(0, cursor - Math.floor(rows / 2)), length - rows);
  return { from, to: from + rows };
}

/** Moves a cursor by rows, staying inside; a single step wraps around. */
export function moved(cursor: number, by: number, length: number): number {
  if (length === 0) return 0;
  const next = cursor + by;
  if (Math.abs(by) === 1) return (next + length) % length;
  return Math.min(length - 1, Math.max(0, next));
}
