import { Box, useAnimation } from 'ink';
import type { DoctorBrowse } from '../../src/view/doctor/browse.ts';
import { doctorLayout } from '../../src/view/doctor/layout.ts';
import type { ShownFinding } from '../../src/view/doctor/list.ts';
import { detailLines, groupLines, listLines } from '../../src/view/doctor/overview.ts';
import { narrowingText, summaryCells } from '../../src/view/doctor/rows.ts';
import type { DoctorState } from '../../src/view/doctor/state.ts';
import type { Cell } from '../../src/view/text/cells.ts';
import { useBody, useLook } from '../look.ts';
import { Gap, Row } from '../row.tsx';
import { TextLine } from '../text-line.tsx';

interface OverviewProps {
  browse: DoctorBrowse;
  state: DoctorState;
  findings: readonly ShownFinding[];
  width: number;
  height: number;
}

/** Groups with counts, the list, and of the chosen one what, why and the fix. */
export function DoctorOverview({ browse, state, findings, width, height }: OverviewProps) {
  const { signs, screenReader } = useLook();
  const { veryWide } = useBody();
  const running = state.look === 'running' || state.look === 'reaching';
  const { frame } = useAnimation({ interval: 120, isActive: running && !screenReader });
  // Each line that changes would be said: until all is known, only that it is waited for.
  if (screenReader && running)
    return <Row width={width} cells={[{ text: 'The checks are running, please wait' }]} />;

  const shown = { browse, state, findings, signs };
  const groups = groupLines(shown);
  const layout = doctorLayout({ width, height: height - linesAbove, veryWide }, groups.length);
  const { groups: groupsWidth, list, details } = layout;
  const { lines, where } = listLines(shown, screenReader ? { width, height: listHeightSaid } : list);
  const spinner = signs.spinner[frame % signs.spinner.length] ?? '';
  const narrowing = narrowingText(browse, groupsWidth === 0 || screenReader);
  const above = (
    <>
      <Row width={width} cells={summaryCells(state, { findings, signs, spinner, width })} />
      {browse.typing ? (
        <TextLine line={browse.typing} width={width} label=" Find: " unit={where.trim() || 'none'} />
      ) : (
        <Row
          width={width}
          cells={[
            { text: ` ${narrowing}`, as: 'dim', grow: true },
            { text: where, as: 'dim' },
          ]}
        />
      )}
    </>
  );
  if (screenReader) {
    return (
      <>
        {above}
        <Column width={width} lines={lines} />
        <Column width={width} lines={detailLines(shown, { width })} />
      </>
    );
  }
  const room = details.height;
  const about = () => fitting(detailLines(shown, { width: details.width, room }), { signs, room });
  return (
    <>
      {above}
      <Box>
        {groupsWidth > 0 && (
          <Box marginRight={2}>
            <Column width={groupsWidth} lines={groups} />
          </Box>
        )}
        <Box height={list.height}>
          <Column width={list.width} lines={lines} />
        </Box>
        {details.at === 'right' && (
          <Box marginLeft={2}>
            <Column width={details.width} lines={about()} />
          </Box>
        )}
      </Box>
      {details.at === 'below' && (
        <>
          <Row width={width} cells={[{ text: signs.line.horizontal.repeat(width), as: 'dim' }]} />
          <Column width={details.width} lines={about()} />
        </>
      )}
    </>
  );
}

/** As much as there is room for; the whole is a key away. */
function fitting(
  lines: Cell[][],
  { signs, room }: { signs: { ellipsis: string; enter: string }; room: number },
): Cell[][] {
  if (lines.length <= room) return lines;
  // The footer says it, too; in a low pane each line is for what matters.
  if (room < 10) return lines.slice(0, room);
  const rest: Cell[] = [{ text: `  ${signs.ellipsis} ${signs.enter} shows all`, as: 'dim', grow: true }];
  return [...lines.slice(0, Math.max(0, room - 1)), rest];
}

function Column({ lines, width }: { lines: readonly (readonly Cell[])[]; width: number }) {
  return (
    <Box flexDirection="column" width={width}>
      {lines.map((cells, at) =>
        cells.length === 0 ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other identity than their place
          <Gap key={at} />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
          <Row key={at} width={width} cells={cells} />
        ),
      )}
    </Box>
  );
}

/** The figures, and what is listed. */
const linesAbove = 2;
/** More lines than these are tiresome to hear each time. */
const listHeightSaid = 12;
