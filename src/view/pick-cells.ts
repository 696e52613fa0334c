import { textWidth } from './fit.ts';

/**
 * Details of choices in columns: parts stand two or more spaces apart, as in `thin   412 GiB free`. Parts
 * that all begin with a digit stand right, so that sizes can be compared at a glance.
 */
export function alignedDetails(details: readonly string[]): string[] {
  const rows = details.map((detail) => detail.split(/\s{2,}/));
  const count = Math.max(0, ...rows.map((row) => row.length));
  const columns = Array.from({ length: count }, (_, at) => rows.map((row) => row[at] ?? ''));
  const widths = columns.map((cells) => Math.max(0, ...cells.map(textWidth)));
  const rights = columns.map((cells) => cells.some(Boolean) && cells.every((cell) => /^(\d|$)/.test(cell)));
  return rows.map((row) =>
    row
      .map((cell, at) => {
        const padding = ' '.repeat(Math.max(0, (widths[at] ?? 0) - textWidth(cell)));
        return rights[at] ? padding + cell : cell + padding;
      })
      .join('  ')
      .trimEnd(),
  );
}
