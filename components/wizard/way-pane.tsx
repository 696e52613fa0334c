import { Box } from 'ink';
import type { Issue } from '../../src/errors.ts';
import { windowAround } from '../../src/view/scroll.ts';
import type { Cell } from '../../src/view/text/cells.ts';
import { textWidth } from '../../src/view/text/fit.ts';
import type { WizardState } from '../../src/view/wizard/state.ts';
import { type Entry, entryState, entryText } from '../../src/view/wizard/way.ts';
import { useLook } from '../look.ts';
import { Row } from '../row.tsx';

interface WayPaneProps {
  way: readonly Entry[];
  current: Entry;
  state: WizardState;
  issues: readonly Issue[];
  width: number;
  height: number;
}

/** The way through a wizard: what is answered, where the user stands, what is still to come. */
export function WayPane({ way, current, state, issues, width, height }: WayPaneProps) {
  const { signs } = useLook();
  const part = windowAround(way.indexOf(current), way.length, height);
  // Only questions have something beside their label.
  const asked = way.filter((entry) => entry.kind === 'question').map((entry) => textWidth(entry.label));
  const labels = Math.min(Math.max(0, ...asked) + 1, Math.ceil(width * 0.55));
  return (
    <Box flexDirection="column" width={width}>
      {way.slice(part.from, part.to).map((entry) => {
        const here = entry === current;
        const answer = entryText(entry, state);
        const how = entryState(entry, state, issues);
        const sign: Cell =
          how === 'wrong'
            ? { text: `${signs.warning} `, as: 'warning', said: 'needs a change:' }
            : here
              ? { text: `${signs.cursor} `, as: 'accent', said: '(here)' }
              : how === 'answered'
                ? { text: `${signs.ok} `, as: 'ok', said: 'answered:' }
                : { text: '  ', said: '' };
        return (
          <Row
            key={entry.id}
            width={width}
            cells={[
              sign,
              {
                text: entry.label,
                ...(answer ? { width: labels } : {}),
                bold: here,
                as: here ? 'accent' : 'plain',
              },
              { text: ' ', said: '' },
              { text: answer, grow: true, as: 'dim' },
            ]}
          />
        );
      })}
    </Box>
  );
}
