import { textWidth } from '../text/fit.ts';

/**
 * Details of choices in columns: parts stand two or more spaces apart, as in `thin   412 GiB free`. Parts
 * that all begin with a digit stand right, so that sizes can be compared at a glance. A detail of one part
 * beside others with columns is a sentence: no column grows for it.
 */
export function alignedDetails(details: readonly string[]): string[] {
  const rows = details.map((detail) => detail.split(/\s{2,}/));
  const count = Math.max(0, ...rows.map((row) => row.length));
  const inColumns = rows.filter((row) => row.length > 1 || count === 1);
  const columns = Array.from({ length: count }, (_, at) => inColumns.map((row) => row[at] ?? ''));
  const widths = columns.map((cells) => Math.max(0, ...cells.map(textWidth)));
  const rights = columns.map((cells) => cells.some(Boolean) && cells.every((cell) => /^(\d|$)/.test(cell)));
  return rows.map((row) =>
    (inColumns.includes(row) ? row : [row.join('')])
      .map((cell, at) => {
        const padding = ' '.repeat(Math.max(0, (widths[at] ?? 0) - textWidth(cell)));
        return rights[at] && inColumns.includes(row) ? padding + cell : cell + padding;
      })
      .join('  ')
      .trimEnd(),
  );
}
