import { useState } from 'react';
import type { Cell } from '../src/view/cells.ts';
import { counted } from '../src/view/durations.ts';
import { wrapWords } from '../src/view/fit.ts';
import { isLetter } from '../src/view/press.ts';
import { failureLines, guestTable, outcomeLine, waysOn } from '../src/view/result-lines.ts';
import { logText } from '../src/view/run-cells.ts';
import { countSteps, type RunState } from '../src/view/run-state.ts';
import { windowAround } from '../src/view/scroll.ts';
import { Frame } from './frame.tsx';
import type { HelpTopic } from './help.tsx';
import { useKeys } from './keys.tsx';
import { type Look, useBody, useLook } from './look.ts';
import { Gap, Row } from './row.tsx';

interface ResultProps {
  title: string;
  state: RunState;
  onResume: () => void;
  onUndo: () => void;
  /** Back to where the run was begun. */
  onBack: () => void;
  onHome: () => void;
  onHelp: (topic: HelpTopic) => void;
}

/** What came of a run: the guests and what next, or what failed, why, and the ways on. */
export function Result({ title, state, onResume, onUndo, onBack, onHome, onHelp }: ResultProps) {
  const look = useLook();
  const { width, height } = useBody();
  const [asking, setAsking] = useState(false);
  const [log, setLog] = useState(false);
  const [place, setPlace] = useState(0);
  const dry = state.mode === 'dry';
  const broken = !dry && state.mode !== 'undo' && state.status !== 'ok';
  const canUndo = !dry && state.run !== '' && waysOn(state).some((way) => way.command.includes(' undo '));

  useKeys((press) => {
    if (asking) {
      setAsking(false);
      if (isLetter(press, 'y')) onUndo();
    } else if (press.key === 'up') setPlace(Math.max(0, place - 1));
    else if (press.key === 'down') setPlace(place + 1);
    else if (isLetter(press, 'l')) setLog(!log);
    else if (log && press.key === 'escape') setLog(false);
    else if (press.key === 'enter') dry ? onBack() : onHome();
    else if (press.key === 'escape') onBack();
    else if (broken && isLetter(press, 'r')) onResume();
    else if (canUndo && isLetter(press, 'u')) setAsking(true);
    else if (isLetter(press, '?')) onHelp(helpTopic);
  });

  const lines = log ? logRows(state, width) : resultRows(state, { look, width });
  const part = windowAround(place + Math.floor(height / 2), lines.length, height);
  const shown = lines.slice(part.from, part.to);
  return (
    <Frame
      title={`${title} ${look.signs.dot} ${outcomeWord(state)}`}
      keys={[
        { key: look.signs.enter, does: dry ? 'back to the review' : 'home' },
        ...(broken ? [{ key: 'r', does: 'go on with it now' }] : []),
        ...(canUndo ? [{ key: 'u', does: 'take it back' }] : []),
        { key: 'l', does: log ? 'result' : 'log' },
        ...(lines.length > height ? [{ key: look.signs.updown, does: 'scroll' }] : []),
        { key: '?', does: 'help' },
      ]}
      notice={asking ? { text: `${undoQuestion(state)}   y yes   n no`, as: 'warning' } : undefined}
    >
      {shown.map((cells, at) =>
        cells.length === 0 ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other identity than their place
          <Gap key={at} />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
          <Row key={at} width={width} cells={cells} />
        ),
      )}
    </Frame>
  );
}

/** What undoing would take back, as a question. */
export function undoQuestion(state: RunState): string {
  return `Take back ${counted(countSteps(state).done, 'step')} of this run?`;
}

function resultRows(state: RunState, { look, width }: { look: Look; width: number }): Cell[][] {
  const { signs } = look;
  const as = state.status === 'ok' ? 'ok' : state.status === 'failed' ? 'failed' : 'warning';
  const counts = countSteps(state);
  const wrapped = (line: string, tint?: Cell['as']): Cell[][] =>
    wrapWords(line, width - 4).map((part, at) => [
      { text: at === 0 && !line.startsWith(' ') ? ' ' : '   ' },
      { text: part, grow: true, ...(tint ? { as: tint } : {}) },
    ]);
  const failures = failureLines(state, signs).flatMap((line) =>
    wrapped(line, line.startsWith(signs.failed) ? 'failed' : undefined),
  );
  const [head, ...guests] = guestTable(state.guests, { width: width - 3, signs });
  const table: Cell[][] = head
    ? [
        [{ text: `   ${head}`, as: 'dim' }],
        ...guests.map((line): Cell[] => [{ text: `   ${line}`, grow: true }]),
        [],
      ]
    : [];
  const ways = waysOn(state);
  const widest = Math.max(0, ...ways.map((way) => way.label.length));
  const dry = state.mode === 'dry' ? wrapped('This was a dry run: nothing was changed.') : [];
  const untouched =
    state.status !== 'ok' && state.mode !== 'dry'
      ? wrapped(
          `  ${counts.done + counts.unchanged} of ${counts.total} steps are done and stay as they are; nothing else was touched.`,
        )
      : [];
  return [
    [{ text: ` ${outcomeLine(state, signs)}`, as, bold: true, grow: true }],
    [],
    ...dry,
    ...failures,
    ...untouched,
    ...(failures.length + untouched.length > 0 ? [[]] : []),
    ...table,
    ...(ways.length > 0 ? [[{ text: '   From a shell:', as: 'dim' } as Cell]] : []),
    ...ways.map((way): Cell[] => [
      { text: `   ${signs.active} `, as: 'accent', said: '' },
      { text: `${way.label.padEnd(widest)}  ` },
      { text: way.command, as: 'accent', grow: true },
    ]),
  ];
}

function logRows(state: RunState, width: number): Cell[][] {
  if (state.log.length === 0) return [[{ text: ' No task has said anything.', as: 'dim' }]];
  return state.log.flatMap((line) =>
    wrapWords(logText(line), width - 2).map((part): Cell[] => [{ text: ` ${part}`, grow: true }]),
  );
}

function outcomeWord({ status, mode }: RunState): string {
  if (mode === 'dry' && status === 'ok') return 'dry run';
  return status === 'ok' ? (mode === 'undo' ? 'taken back' : 'done') : status;
}

const helpTopic: HelpTopic = {
  title: 'The result of a run',
  paragraphs: [
    'A run that failed or was cancelled can be gone on with once its reason is mended: steps that are done are not done again. Taking back removes what this run made, newest first, and nothing else.',
  ],
  keys: [
    { key: 'r', does: 'go on with the run, where it did not come to its end' },
    { key: 'u', does: 'take back what it did; asks first' },
    { key: 'l', does: 'what the tasks said' },
  ],
};
