import { Box } from 'ink';
import { callRows, type ReviewRow } from '../../src/view/review/rows.ts';
import { windowAround } from '../../src/view/scroll.ts';
import type { PlannedRun } from '../../src/view/session.ts';
import type { Cell } from '../../src/view/text/cells.ts';
import { counted } from '../../src/view/text/durations.ts';
import { useLook } from '../look.ts';
import { Row } from '../row.tsx';

interface StepListProps {
  rows: readonly ReviewRow[];
  cursor: number;
  planned: PlannedRun;
  width: number;
  /** As wide as all, or with room for the calls beside it. */
  listWidth: number;
  height: number;
}

/** The list; where it leaves room, with the chosen step's calls beside it. */
export function StepList({ rows, cursor, planned, width, listWidth, height }: StepListProps) {
  const { signs } = useLook();
  const scrolls = rows.length > height;
  const part = windowAround(cursor, rows.length, scrolls ? height - 1 : height);
  const chosen = rows[cursor]?.step;
  // An opened step shows its calls in the list already.
  const opened = rows.filter((row) => row.step === chosen).length > 1;
  const step = opened ? undefined : planned.steps.find((one) => one.id === chosen);
  return (
    <Box>
      <Box flexDirection="column" width={listWidth}>
        {rows.slice(part.from, part.to).map((row, at) => {
          const here = part.from + at === cursor;
          const sign: Cell = {
            text: here ? ` ${signs.cursor} ` : '   ',
            as: 'accent',
            said: here ? '(here)' : '',
          };
          return <Row key={row.id} width={listWidth} cells={[sign, ...row.cells]} />;
        })}
        {scrolls && (
          <Row width={listWidth} cells={[{ text: `   ${placeText(rows, part)}`, as: 'dim', grow: true }]} />
        )}
      </Box>
      {listWidth < width && step && (
        <Calls rows={callRows(step, width - listWidth - 2)} width={width - listWidth - 2} height={height} />
      )}
    </Box>
  );
}

/** In lines: steps are counted above, and remarks and calls are none. */
function placeText(rows: readonly ReviewRow[], { from, to }: { from: number; to: number }): string {
  return `lines ${from + 1} to ${to} of ${rows.length}`;
}

function Calls({ rows, width, height }: { rows: readonly ReviewRow[]; width: number; height: number }) {
  const { signs } = useLook();
  const shown = rows.length > height ? rows.slice(0, height - 1) : rows;
  const more = rows.length - shown.length;
  return (
    <Box flexDirection="column" width={width} marginLeft={2}>
      {shown.map((row) => (
        <Row key={row.id} width={width} cells={row.cells} />
      ))}
      {more > 0 && (
        <Row
          width={width}
          cells={[{ text: `    ${signs.ellipsis} ${counted(more, 'more line')}: e shows all`, grow: true }]}
        />
      )}
    </Box>
  );
}
