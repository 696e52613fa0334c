import { Box } from 'ink';
import { useState } from 'react';
import { isCtrl, isLetter } from '../../src/view/press.ts';
import { barText, logText, runCells, titleWidth } from '../../src/view/run/cells.ts';
import { foldSteps, type StepRow } from '../../src/view/run/fold-steps.ts';
import type { LiveRun, LiveView } from '../../src/view/run/live-run.ts';
import { type PhaseRow, phaseCells, phaseRows } from '../../src/view/run/phase-cells.ts';
import { fittingRollRows, rollCells, rollNodeWidth, rollRows } from '../../src/view/run/roll-rows.ts';
import { countSteps, type RunState } from '../../src/view/run/state.ts';
import { elapsedTime, remainingTime } from '../../src/view/run/time.ts';
import { windowAround } from '../../src/view/scroll.ts';
import type { Cell } from '../../src/view/text/cells.ts';
import { clockText, remainingText } from '../../src/view/text/durations.ts';
import { cut } from '../../src/view/text/fit.ts';
import { harmless } from '../../src/view/text/harmless.ts';
import { Frame, type Notice, yesNoKeys } from '../frame.tsx';
import type { HelpTopic } from '../help.tsx';
import { useKeys } from '../keys.tsx';
import { type Look, useBody, useLook } from '../look.ts';
import { Gap, Row } from '../row.tsx';
import { WaitingLine } from '../waiting.tsx';
import { useLiveRun } from './use-live-run.ts';

interface RunProps {
  title: string;
  live: LiveRun;
  onHelp: (topic: HelpTopic) => void;
  /** Leaves without waiting for the run's end. */
  onLeave: () => void;
}

/** `steps`: what fits, folded. `all`: every step, to scroll. `log`: what the tasks say. */
type Show = 'steps' | 'all' | 'log';

/** A run that goes on: every step with how it stands, the newest log lines, the time. */
export function Run({ title, live, onHelp, onLeave }: RunProps) {
  const look = useLook();
  const { width, height, veryWide } = useBody();
  const { now, ...view } = useLiveRun(live);
  const { state, cancelling } = view;
  const [show, setShow] = useState<Show>('steps');
  const [asking, setAsking] = useState(false);
  const [place, setPlace] = useState(0);

  useKeys(
    (press) => {
      if (asking) {
        setAsking(false);
        if (isLetter(press, 'y') || isCtrl(press, 'c')) live.cancel();
      } else if (cancelling && isCtrl(press, 'c')) onLeave();
      else if (press.key === 'up') setPlace(Math.max(0, place - 1));
      else if (press.key === 'down') setPlace(Math.min(state.steps.length - 1, place + 1));
      else if (isLetter(press, 'l')) setShow(show === 'log' ? 'steps' : 'log');
      else if (press.key === 'enter') setShow(show === 'all' ? 'steps' : 'all');
      else if (isLetter(press, '?')) onHelp(helpTopic);
      else if (press.key === 'escape' && show !== 'steps') setShow('steps');
      else if (!cancelling && (isLetter(press, 'c') || isCtrl(press, 'c') || press.key === 'escape'))
        setAsking(true);
    },
    { interrupt: true },
  );

  const left = cancelling ? undefined : remainingTime(state, now);
  const sideLog = veryWide && show !== 'log' && !look.screenReader;
  const stepsWidth = sideLog ? Math.floor(width * 0.62) : width;
  const tail = sideLog || show === 'log' ? 0 : Math.min(10, Math.floor(height / 4));
  // A node each, as long as that leaves the steps more than half.
  const rolling = fittingRollRows(rollRows(state), Math.floor(height / 3));
  const nodeWidth = rollNodeWidth(rolling, width);
  const stepsHeight = height - 2 - rolling.length - (tail > 0 ? tail + 1 : 0);
  return (
    <Frame
      title={title}
      keys={asking ? yesNoKeys : keysOf({ show, look, cancelling })}
      notice={noticeOf({ asking, view })}
      aside={left === undefined ? undefined : remainingText(left)}
    >
      <Row width={width} cells={headCells(state, { look, now, width })} />
      {rolling.map((row) => (
        <Row key={row.node} width={width} cells={rollCells(row, { signs: look.signs, width, nodeWidth })} />
      ))}
      <Gap />
      {state.status === 'starting' && <WaitingLine what="Waiting for the first step" width={width} />}
      <Box>
        {show !== 'log' && (
          <Box flexDirection="column" width={stepsWidth} height={stepsHeight}>
            <StepRows
              rows={withPhases(rowsOf(show, { state, place, height: stepsHeight }), stepsHeight)}
              steps={state.steps}
              width={stepsWidth}
              now={now}
            />
          </Box>
        )}
        {sideLog && <LogLines state={state} width={width - stepsWidth - 2} height={stepsHeight} />}
        {show === 'log' && <LogLines state={state} width={width} height={height - 2 - rolling.length} />}
      </Box>
      {tail > 0 && (
        <>
          <Row
            width={width}
            cells={[{ text: look.signs.line.horizontal.repeat(width), as: 'dim', said: '' }]}
          />
          <LogLines state={state} width={width} height={tail} />
        </>
      )}
    </Frame>
  );
}

interface StepRowsProps {
  rows: readonly (StepRow | PhaseRow)[];
  /** All of the run: the column of titles stays where it is. */
  steps: RunState['steps'];
  width: number;
  now: number;
}

function StepRows({ rows, steps, width, now }: StepRowsProps) {
  const { signs } = useLook();
  const titles = titleWidth(steps, width);
  return rows.map((row) => (
    <Row
      key={keyOf(row)}
      width={width}
      cells={
        'phase' in row ? phaseCells(row, { signs, width, now }) : runCells(row, { signs, width, titles, now })
      }
    />
  ));
}

function LogLines({ state, width, height }: { state: RunState; width: number; height: number }) {
  const lines = state.log.slice(-height);
  return (
    <Box flexDirection="column" width={width}>
      {lines.length === 0 && (
        <Row
          width={width}
          cells={[{ text: ' no task has said anything yet', as: 'dim', grow: true, said: '' }]}
        />
      )}
      {lines.map((line, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same line may be logged twice at one time
        <Row key={at} width={width} cells={[{ text: ` ${logText(line)}`, as: 'dim', grow: true }]} />
      ))}
    </Box>
  );
}

function rowsOf(
  show: Show,
  { state, place, height }: { state: RunState; place: number; height: number },
): StepRow[] {
  if (show !== 'all') return foldSteps(state.steps, height);
  const part = windowAround(place, state.steps.length, height);
  return state.steps.slice(part.from, part.to).map((step) => ({ step }));
}

/** Steps at work with their phases below them, where there is room. */
function withPhases(rows: readonly StepRow[], height: number): (StepRow | PhaseRow)[] {
  let room = height - rows.length;
  return rows.flatMap((row) => {
    const below = 'step' in row ? phaseRows(row.step, room) : [];
    room -= below.length;
    return [row, ...below];
  });
}

function keyOf(row: StepRow | PhaseRow): string {
  if ('phase' in row) return `${row.step.id} ${row.phase.id}`;
  return 'step' in row ? row.step.id : `#${row.folded}`;
}

function headCells(
  state: RunState,
  { look, now, width }: { look: Look; now: number; width: number },
): Cell[] {
  const counts = countSteps(state);
  const over = counts.done + counts.unchanged + counts.needed + counts.failed;
  const fraction = counts.total === 0 ? 0 : over / counts.total;
  const { signs } = look;
  const bar = width >= 70 ? 18 : 0;
  return [
    { text: ` ${barText(fraction, bar, signs)}${bar ? '  ' : ''}`, as: 'accent', said: '' },
    { text: `${over} of ${counts.total} steps`, bold: true },
    { text: counts.failed > 0 ? `  ${signs.failed} ${counts.failed} failed` : '', as: 'failed' },
    { text: '', grow: true },
    {
      text: state.run
        ? `run ${cut(harmless(state.run), width < 100 ? 12 : 40, signs.ellipsis)} ${signs.dot} `
        : '',
      as: 'dim',
    },
    { text: `${clockText(elapsedTime(state, now))} `, said: `after ${clockText(elapsedTime(state, now))}` },
  ];
}

function noticeOf({ asking, view }: { asking: boolean; view: LiveView }): Notice | undefined {
  if (asking) {
    return {
      text: 'Cancel? What is done stays, and the run can be resumed.',
      as: 'warning',
    };
  }
  if (!view.cancelling) return undefined;
  const busy = countSteps(view.state).running;
  return {
    text: `Cancelling: waiting for ${busy === 1 ? 'one step' : `${busy} steps`} to come to an end.`,
    as: 'warning',
  };
}

function keysOf({ show, look, cancelling }: { show: Show; look: Look; cancelling: boolean }) {
  const { signs } = look;
  return [
    { key: 'l', does: show === 'log' ? 'steps' : 'log' },
    cancelling ? { key: '^C', does: 'leave at once' } : { key: 'c', does: 'cancel (can be resumed)' },
    { key: signs.enter, does: show === 'all' ? 'less' : 'all steps' },
    ...(show === 'all' ? [{ key: signs.updown, does: 'scroll' }] : []),
    { key: '?', does: 'help' },
  ];
}

const helpTopic: HelpTopic = {
  title: 'A run',
  paragraphs: [
    'Steps that do not need each other run at once. Whatever happens, nothing is lost: every step is on record before it begins, so a run that stops can be gone on with or taken back.',
    'The time left is an estimate from the steps done so far.',
  ],
  keys: [
    { key: 'l', does: 'the log of the tasks, and back' },
    { key: 'enter', does: 'all steps, with finished ones not folded, and back' },
    { key: 'c', does: 'cancel: asks first, lets running steps come to an end' },
  ],
};
