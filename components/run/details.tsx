import { useState } from 'react';
import { isLetter } from '../../src/view/press.ts';
import { runCells, titleWidth } from '../../src/view/run/cells.ts';
import { failureLines } from '../../src/view/run/result-lines.ts';
import { newRun, reduceRun } from '../../src/view/run/state.ts';
import { runStatusText, whyNoResume, whyNoUndo } from '../../src/view/run/status.ts';
import type { RunSummary, Session } from '../../src/view/session.ts';
import type { Cell } from '../../src/view/text/cells.ts';
import { agoText, timeOfDay } from '../../src/view/text/durations.ts';
import { wrapWords } from '../../src/view/text/fit.ts';
import { harmless } from '../../src/view/text/harmless.ts';
import { Frame, type Notice, yesNoKeys } from '../frame.tsx';
import { useKeys } from '../keys.tsx';
import { useLoad } from '../load.ts';
import { useBody, useLook } from '../look.ts';
import { Gap, Row } from '../row.tsx';
import { WaitingLine } from '../waiting.tsx';
import { undoRunQuestion } from './runs.tsx';

interface RunDetailsProps {
  session: Session;
  run: RunSummary;
  onResume: () => void;
  onUndo: () => void;
  onBack: () => void;
}

/** One run: where, when, how it stands, and its steps. */
export function RunDetails({ session, run, onResume, onUndo, onBack }: RunDetailsProps) {
  const { signs, now } = useLook();
  const { width, height } = useBody();
  const [events] = useLoad(() => session.readRun(run.id));
  const [asking, setAsking] = useState(false);
  const [notice, setNotice] = useState<Notice>();
  const [place, setPlace] = useState(0);

  useKeys((press) => {
    setNotice(undefined);
    const noResume = whyNoResume(run);
    const noUndo = whyNoUndo(run);
    if (asking) {
      setAsking(false);
      if (isLetter(press, 'y')) onUndo();
    } else if (press.key === 'up') setPlace(Math.max(0, place - 1));
    else if (press.key === 'down') setPlace(Math.min(place + 1, Math.max(0, state.steps.length - 1)));
    else if (press.key === 'escape' || press.key === 'left' || isLetter(press, 'q')) onBack();
    else if (isLetter(press, 'r')) noResume ? setNotice({ text: noResume, as: 'warning' }) : onResume();
    else if (isLetter(press, 'u')) noUndo ? setNotice({ text: noUndo, as: 'warning' }) : setAsking(true);
  });

  const status = runStatusText(run.status, signs);
  const facts: [string, Cell][] = [
    ['how', { ...status, grow: true }],
    ['steps', { text: `${run.done} of ${run.total} done`, grow: true }],
    ['when', { text: `${agoText(run.started, now())}, at ${timeOfDay(run.started)}`, grow: true }],
    ['where', { text: harmless(run.target), grow: true }],
    ['run', { text: harmless(run.id), grow: true }],
  ];
  const state = events.status === 'ready' ? events.value.reduce(reduceRun, newRun) : newRun;
  const failures = failureLines(state, signs)
    .flatMap((line) => wrapWords(line, width - 4))
    .slice(0, 6);
  const room = Math.max(1, height - facts.length - 1 - (failures.length > 0 ? failures.length + 1 : 0));
  const first = Math.min(place, Math.max(0, state.steps.length - room));
  const rows = state.steps.slice(first, first + room).map((step) => ({ step }));
  const titles = titleWidth(state.steps, width);
  return (
    <Frame
      title={`Runs ${signs.dot} ${harmless(run.title)}`}
      keys={
        asking
          ? yesNoKeys
          : [
              ...(whyNoResume(run) ? [] : [{ key: 'r', does: 'go on with it' }]),
              ...(whyNoUndo(run) ? [] : [{ key: 'u', does: 'take it back' }]),
              ...(state.steps.length > room ? [{ key: signs.updown, does: 'scroll' }] : []),
              { key: signs.back, does: 'back' },
            ]
      }
      notice={asking ? { text: undoRunQuestion(run), as: 'warning' } : notice}
    >
      {facts.map(([name, cell]) => (
        <Row key={name} width={width} cells={[{ text: ` ${name}`, width: 9, as: 'dim' }, cell]} />
      ))}
      {failures.length > 0 && <Gap />}
      {failures.map((line, at) => (
        <Row
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other identity than their place
          key={at}
          width={width}
          cells={[
            { text: line.startsWith(signs.failed) ? ' ' : '   ', said: '' },
            { text: line, grow: true, as: line.startsWith(signs.failed) ? 'failed' : 'plain' },
          ]}
        />
      ))}
      <Gap />
      {events.status === 'waiting' && <WaitingLine what="Reading its steps" width={width} />}
      {events.status === 'failed' && (
        <Row width={width} cells={[{ text: ` ${signs.warning} its steps cannot be read`, as: 'warning' }]} />
      )}
      {rows.map((row) => (
        <Row key={row.step.id} width={width} cells={runCells(row, { signs, width, titles, now: now() })} />
      ))}
    </Frame>
  );
}
