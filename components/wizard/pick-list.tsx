import { windowAround } from '../../src/view/scroll.ts';
import type { Cell } from '../../src/view/text/cells.ts';
import { textWidth, wrapWords } from '../../src/view/text/fit.ts';
import { alignedDetails } from '../../src/view/wizard/pick-cells.ts';
import type { PickRow } from '../../src/view/wizard/rows.ts';
import { useLook } from '../look.ts';
import { Gap, Lines, Row } from '../row.tsx';

interface PickListProps {
  rows: readonly PickRow[];
  cursor: number;
  width: number;
  height: number;
}

/** Rows to choose from; details stand in columns, rows that cannot be chosen say why. */
export function PickList({ rows, cursor, width, height }: PickListProps) {
  const { signs, screenReader } = useLook();
  const details = alignedDetails(rows.map((row) => (row.disabled === undefined ? (row.detail ?? '') : '')));
  // Labels without anything beside them may be longer than the column of the others.
  const beside = rows.filter((row, at) => details[at] || row.disabled !== undefined);
  const labels = Math.min(Math.floor(width / 2), Math.max(0, ...beside.map((row) => textWidth(row.label))));
  const texts = rows.map((row, at) => besideText(row, details[at] ?? ''));
  const marks = rows.some((row) => row.marked !== undefined) ? markWidth : 0;
  const isCut = (text: string | undefined) => text && 2 + marks + labels + textWidth(text) > width;
  // What is cut in its row stands in full below the list while it is chosen; the room is kept for it.
  const inFull = texts.filter(isCut).map((text) => wrapWords(text, width - 2).length);
  const below =
    !screenReader && height > 7 && inFull.length > 0
      ? Math.min(height - 5, mostBelow, Math.max(...inFull)) + 1
      : 0;
  const room = height - below;
  const scrolls = rows.length > room;
  const shown = windowAround(cursor, rows.length, scrolls ? Math.max(1, room - 1) : room);
  const whole = texts[cursor];
  return (
    <>
      {rows.slice(shown.from, shown.to).map((row, at) => {
        const here = shown.from + at === cursor;
        return (
          <Row
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity than their place
            key={shown.from + at}
            width={width}
            cells={rowCells(row, { here, labels, beside: texts[shown.from + at] ?? '', signs })}
          />
        );
      })}
      {scrolls && (
        <Row width={width} cells={[{ text: `  ${cursor + 1} of ${rows.length}`, as: 'dim', grow: true }]} />
      )}
      {below > 0 && isCut(whole) && (
        <>
          <Gap />
          <Lines
            lines={wrapWords(whole ?? '', width - 2)
              .slice(0, below - 1)
              .map((line) => `  ${line}`)}
            width={width}
          />
        </>
      )}
    </>
  );
}

function besideText({ disabled }: PickRow, detail: string): string {
  if (disabled !== undefined) return `   not possible: ${disabled}`;
  return detail ? `   ${detail}` : '';
}

/** Lines of a detail that stands below: more than these nobody reads while choosing. */
const mostBelow = 4;

/** `[x] ` */
const markWidth = 4;

function rowCells(
  row: PickRow,
  options: {
    here: boolean;
    labels: number;
    /** Stands behind the label. */
    beside: string;
    signs: { cursor: string; ok: string };
  },
): Cell[] {
  const { here, labels, beside, signs } = options;
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
      ...(beside ? { width: labels } : {}),
      bold: here,
      as: off ? 'dim' : here ? 'accent' : 'plain',
    },
    {
      text: beside,
      as: 'dim',
      grow: true,
    },
  ];
}
