import { useState } from 'react';
import { isLetter } from '../../src/view/press.ts';
import { logText, stepSign } from '../../src/view/run/cells.ts';
import {
  failureLines,
  finalLines,
  guestTable,
  outcomeLine,
  waysOn,
} from '../../src/view/run/result-lines.ts';
import { countSteps, type RunState } from '../../src/view/run/state.ts';
import type { Cell } from '../../src/view/text/cells.ts';
import { counted } from '../../src/view/text/durations.ts';
import { wrapWords } from '../../src/view/text/fit.ts';
import { harmless } from '../../src/view/text/harmless.ts';
import { Frame, yesNoKeys } from '../frame.tsx';
import type { HelpTopic } from '../help.tsx';
import { useKeys } from '../keys.tsx';
import { type Look, useBody, useLook } from '../look.ts';
import { lastStart, Scrolled } from '../scrolled.tsx';

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

  const lines = log ? logRows(state, width) : resultRows(state, { look, width });

  useKeys((press) => {
    const by = { up: -1, down: 1, pageup: -10, pagedown: 10 }[press.key as string];
    if (asking) {
      setAsking(false);
      if (isLetter(press, 'y')) onUndo();
    } else if (by !== undefined) setPlace(lastStart(lines.length, { from: Math.max(0, place + by), height }));
    else if (isLetter(press, 'l')) show(!log);
    else if (log && press.key === 'escape') show(false);
    else if (press.key === 'enter') dry ? onBack() : onHome();
    else if (press.key === 'escape') onBack();
    else if (broken && isLetter(press, 'r')) onResume();
    else if (canUndo && isLetter(press, 'u')) setAsking(true);
    else if (isLetter(press, '?')) onHelp(helpTopic);
  });

  /** Of a log, the newest lines tell. */
  function show(logged: boolean) {
    setLog(logged);
    setPlace(logged ? lastStart(logRows(state, width).length, { from: Number.MAX_SAFE_INTEGER, height }) : 0);
  }

  return (
    <Frame
      title={`${title} ${look.signs.dot} ${outcomeWord(state)}`}
      keys={
        asking
          ? yesNoKeys
          : [
              { key: look.signs.enter, does: dry ? 'back to the review' : 'home' },
              ...(broken ? [{ key: 'r', does: 'go on with it now' }] : []),
              ...(canUndo ? [{ key: 'u', does: 'take it back' }] : []),
              { key: 'l', does: log ? 'result' : 'log' },
              ...(lines.length > height ? [{ key: look.signs.updown, does: 'scroll' }] : []),
              { key: '?', does: 'help' },
            ]
      }
      notice={asking ? { text: undoQuestion(state), as: 'warning' } : undefined}
    >
      <Scrolled lines={lines} from={place} width={width} height={height} />
    </Frame>
  );
}

/** What undoing would take back, as a question. */
function undoQuestion(state: RunState): string {
  // No number: what goes with its guest, its config for one, is no step of its own then.
  return state.mode === 'resume'
    ? 'Take back all that this run did, before it was resumed, too?'
    : 'Take back all that this run did?';
}

function resultRows(state: RunState, { look, width }: { look: Look; width: number }): Cell[][] {
  const { signs } = look;
  const as = state.status === 'ok' ? 'ok' : state.status === 'failed' ? 'failed' : 'warning';
  const counts = countSteps(state);
  const wrapped = (line: string, tint?: Cell['as']): Cell[][] =>
    wrapWords(line, width - 6).map((part, at) => [
      // What goes on stands behind what it goes on from: the sign, or the label of its line.
      { text: at > 0 && isLabelled(line) ? '     ' : at === 0 && !line.startsWith(' ') ? ' ' : '   ' },
      { text: part, grow: true, ...(tint ? { as: tint } : {}) },
    ]);
  const isLabelled = (line: string) =>
    ['where:', 'why:', signs.active].some((label) => line.startsWith(`  ${label} `));
  const failures = [
    ...failureLines(state, signs).flatMap((line) =>
      wrapped(line, line.startsWith(signs.failed) ? 'failed' : undefined),
    ),
    ...finalLines(state, signs).flatMap((line) => wrapped(line, 'warning')),
  ];
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
  const waysOut: Cell[][] = [
    ...(ways.length > 0 ? [[{ text: '   From a shell:', as: 'dim' } as Cell]] : []),
    ...ways.flatMap((way) => wayRows(way, { signs, width, widest })),
  ];
  const dry: Cell[][] =
    state.mode === 'dry'
      ? [
          ...wrapped('  This was a dry run: nothing was changed.'),
          [],
          ...state.steps.map((step): Cell[] => [
            { ...stepSign(step, signs), text: `  ${stepSign(step, signs).text}` },
            { text: harmless(step.title) },
            { text: step.why ? `  ${harmless(step.why)}` : '', as: 'dim', grow: true },
          ]),
        ]
      : [];
  const untouched =
    state.status !== 'ok' && state.mode !== 'dry'
      ? wrapped(
          `  ${counts.done + counts.unchanged} of ${counts.total} steps are done and stay as they are; ${
            counts.running > 0
              ? `${counted(counts.running, 'step')} had begun: how far is looked up before the run goes on.`
              : 'nothing else was touched.'
          }`,
        )
      : [];
  return [
    ...wrapped(outcomeLine(state, signs), as).map((cells) => cells.map((cell) => ({ ...cell, bold: true }))),
    [],
    ...dry,
    ...failures,
    ...untouched,
    ...(failures.length + untouched.length > 0 ? [[]] : []),
    // However many guests there are, how to go on is in sight where something went wrong.
    ...(state.status === 'ok'
      ? [...table, ...waysOut]
      : [...waysOut, ...(ways.length > 0 ? [[]] : []), ...table]),
  ];
}

/** A command is never cut: without room beside its label it stands on a line of its own. */
function wayRows(
  way: { label: string; command: string },
  { signs, width, widest }: { signs: Look['signs']; width: number; widest: number },
): Cell[][] {
  const lead: Cell[] = [
    { text: `   ${signs.active} `, as: 'accent', said: '' },
    { text: `${way.label.padEnd(widest)}  ` },
  ];
  const command: Cell = { text: way.command, as: 'accent', grow: true };
  const beside = widest + way.command.length + signs.active.length + 6 <= width;
  return beside ? [[...lead, command]] : [lead, [{ text: '  ', said: '' }, command]];
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
