import type { Cell } from '../src/view/text/cells.ts';
import { useLook } from './look.ts';
import { Gap, Row } from './row.tsx';

interface ScrolledProps {
  /** Lines; one without cells is an empty line. */
  lines: readonly (readonly Cell[])[];
  /** First line that is shown; kept inside. */
  from: number;
  width: number;
  height: number;
}

/** Lines of which as many are shown as fit, with where they are when they do not all. */
export function Scrolled({ lines, from, width, height }: ScrolledProps) {
  const { screenReader } = useLook();
  const all = screenReader || lines.length <= height;
  const rows = all ? lines.length : Math.max(1, height - 1);
  const first = all ? 0 : lastStart(lines.length, { from, height });
  return (
    <>
      {lines.slice(first, first + rows).map((cells, at) =>
        cells.length === 0 ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other identity than their place
          <Gap key={at} />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
          <Row key={at} width={width} cells={cells} />
        ),
      )}
      {!all && (
        <Row
          width={width}
          cells={[
            { text: ` lines ${first + 1} to ${first + rows} of ${lines.length}`, as: 'dim', grow: true },
          ]}
        />
      )}
    </>
  );
}

/** The first line to show: `from`, but never so far that the end leaves empty rows. */
export function lastStart(count: number, { from, height }: { from: number; height: number }): number {
  return Math.max(0, Math.min(from, count - Math.max(1, height - 1)));
}
