import { cut, cutMiddle, fitted, textWidth } from './fit.ts';

export interface TableOptions {
  /** One letter per column: `l` or `r`. Missing ones are left. */
  align?: string;
  /** Columns of the terminal; wider tables lose the middle of their widest cells: guests differ in their ends. */
  width?: number;
  gap?: number;
  ellipsis?: string;
}

/** Aligned lines from rows of cells. */
export function tableLines(rows: readonly (readonly string[])[], options: TableOptions = {}): string[] {
  const { align = '', width = Number.POSITIVE_INFINITY, gap = 2, ellipsis = '…' } = options;
  const widths = columnWidths(rows, width, gap);
  return rows.map((row) =>
    cut(
      row
        .map((cell, at) => {
          const room = widths[at] ?? 0;
          return fitted(cutMiddle(cell, room, ellipsis), room, {
            align: align[at] === 'r' ? 'right' : 'left',
            ellipsis,
          });
        })
        .join(' '.repeat(gap))
        .trimEnd(),
      width,
      ellipsis,
    ),
  );
}

/** Widths of the columns; the widest gives way first while the table is too wide. */
function columnWidths(rows: readonly (readonly string[])[], width: number, gap: number): number[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, at) =>
    Math.max(0, ...rows.map((row) => textWidth(row[at] ?? ''))),
  );
  let over = widths.reduce((sum, one) => sum + one, 0) + gap * Math.max(0, count - 1) - width;
  while (over > 0) {
    const widest = Math.max(...widths);
    if (!(widest > narrowest)) break;
    const at = widths.indexOf(widest);
    const next = Math.max(narrowest, ...widths.filter((one) => one < widest));
    const less = Math.min(over, Math.max(1, widest - next));
    widths[at] = widest - less;
    over -= less;
  }
  return widths;
}

/** Below this a cell says nothing any more. */
const narrowest = 4;
