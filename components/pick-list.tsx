import type { Cell } from '../src/view/cells.ts';
import { textWidth } from '../src/view/fit.ts';
import { alignedDetails } from '../src/view/pick-cells.ts';
import { windowAround } from '../src/view/scroll.ts';
import type { PickRow } from '../src/view/wizard-rows.ts';
import { useLook } from './look.ts';
import { Row } from './row.tsx';

interface PickListProps {
  rows: readonly PickRow[];
  cursor: number;
  width: number;
  height: number;
}

/** Rows to choose from; details stand in columns, rows that cannot be chosen say why. */
export function PickList({ rows, cursor, width, height }: PickListProps) {
  const { signs } = useLook();
  const scrolls = rows.length > height;
  const shown = windowAround(cursor, rows.length, scrolls ? Math.max(1, height - 1) : height);
  const details = alignedDetails(rows.map((row) => (row.disabled === undefined ? (row.detail ?? '') : '')));
  // Labels without anything beside them may be longer than the column of the others.
  const beside = rows.filter((row, at) => details[at] || row.disabled !== undefined);
  const labels = Math.min(Math.floor(width / 2), Math.max(0, ...beside.map((row) => textWidth(row.label))));
  return (
    <>
      {rows.slice(shown.from, shown.to).map((row, at) => {
        const here = shown.from + at === cursor;
        return (
          <Row
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity than their place
            key={shown.from + at}
            width={width}
            cells={rowCells(row, { here, labels, detail: details[shown.from + at] ?? '', signs })}
          />
        );
      })}
      {scrolls && (
        <Row width={width} cells={[{ text: `  ${cursor + 1} of ${rows.length}`, as: 'dim', grow: true }]} />
      )}
    </>
  );
}

function rowCells(
  row: PickRow,
  options: {
    here: boolean;
    labels: number;
    detail: string;
    signs: { cursor: string; ok: string };
  },
): Cell[] {
  const { here, labels, detail, signs } = options;
  const off = row.disabled !== undefined;
  const mark: Cell[] =
    row.marked === undefined
      ? []
      : [
          {
            text: row.marked ? `[${signs.ok}] ` : '[ ] ',
            as: row.marked ? 'ok' : 'dim',
            said: row.marked ? 'marked:' : 'not marked:',
          },
        ];
  return [
    { text: here ? `${signs.cursor} ` : '  ', as: 'accent', said: here ? '(here)' : '' },
    ...mark,
    {
      text: row.label,
      ...(off || detail ? { width: labels } : {}),
      bold: here,
      as: off ? 'dim' : here ? 'accent' : 'plain',
    },
    {
      text: off ? `   not possible: ${row.disabled}` : detail ? `   ${detail}` : '',
      as: 'dim',
      grow: true,
    },
  ];
}
