import { useState } from 'react';
import type { Remark } from '../../src/view/kea/findings.ts';
import type { Cell } from '../../src/view/text/cells.ts';
import { counted } from '../../src/view/text/durations.ts';
import { wrapWords } from '../../src/view/text/fit.ts';
import type { Signs } from '../../src/view/text/signs.ts';
import { Frame } from '../frame.tsx';
import { useKeys } from '../keys.tsx';
import { useBody, useLook } from '../look.ts';
import { Row } from '../row.tsx';
import { lastStart, Scrolled } from '../scrolled.tsx';
import { keaTitle } from './help.ts';

/** As many findings as fit, the others by a key. */
export function KeaFindings({
  remarks,
  width,
  height,
}: {
  remarks: readonly Remark[];
  width: number;
  height: number;
}) {
  const { signs, screenReader } = useLook();
  if (remarks.length === 0) {
    return (
      <Row
        width={width}
        cells={[
          { text: ` ${signs.ok} `, as: 'ok', said: '' },
          { text: 'nothing is wrong', as: 'dim', grow: true },
        ]}
      />
    );
  }
  const lines = remarkLines(remarks, { width, signs });
  const all = screenReader || lines.length <= height;
  const shown = all ? lines : lines.slice(0, Math.max(0, height - 1));
  return (
    <>
      <Scrolled lines={shown} from={0} width={width} height={shown.length} />
      {!all && (
        <Row
          width={width}
          cells={[{ text: `   ${counted(remarks.length, 'finding')} in all: f`, as: 'dim', grow: true }]}
        />
      )}
    </>
  );
}

/** All that was found, in full. */
export function KeaFindingsScreen({ remarks, onBack }: { remarks: readonly Remark[]; onBack: () => void }) {
  const { signs } = useLook();
  const { width, height } = useBody();
  const [from, setFrom] = useState(0);
  const lines =
    remarks.length === 0
      ? [[{ text: ' Nothing is wrong.', grow: true }]]
      : remarkLines(remarks, { width, signs });
  const long = lines.length > height;
  useKeys((press) => {
    const by = { up: -1, down: 1, pageup: -10, pagedown: 10 }[press.key as string];
    if (by === undefined) onBack();
    else setFrom(lastStart(lines.length, { from: Math.max(0, from + by), height }));
  });
  return (
    <Frame
      title={`${keaTitle}: findings`}
      keys={[...(long ? [{ key: signs.updown, does: 'scroll' }] : []), { key: 'other keys', does: 'back' }]}
    >
      <Scrolled lines={lines} from={from} width={width} height={height} />
    </Frame>
  );
}

/** Remarks as lines of that width, each with its sign. */
export function remarkLines(
  remarks: readonly Remark[],
  { width, signs }: { width: number; signs: Signs },
): Cell[][] {
  const sign = { failed: signs.failed, warning: signs.warning, dim: signs.idle };
  return remarks.flatMap(({ as, text }) =>
    wrapWords(text, width - 4).map((line, at): Cell[] => [
      { text: at === 0 ? ` ${sign[as]} ` : '   ', as },
      { text: line, grow: true, as: as === 'dim' ? 'dim' : 'plain' },
    ]),
  );
}
