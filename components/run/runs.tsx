import { useState } from 'react';
import { isLetter } from '../../src/view/press.ts';
import { runStatusText, whyNoResume, whyNoUndo } from '../../src/view/run/status.ts';
import { moved, windowAround } from '../../src/view/scroll.ts';
import type { RunSummary } from '../../src/view/session.ts';
import type { Cell, Tint } from '../../src/view/text/cells.ts';
import { agoText } from '../../src/view/text/durations.ts';
import { harmless } from '../../src/view/text/harmless.ts';
import { Frame, type Notice, yesNoKeys } from '../frame.tsx';
import type { HelpTopic } from '../help.tsx';
import { useKeys } from '../keys.tsx';
import { type Look, useBody, useLook } from '../look.ts';
import { Gap, Row } from '../row.tsx';

interface RunsProps {
  runs: readonly RunSummary[];
  onOpen: (run: RunSummary) => void;
  onResume: (run: RunSummary) => void;
  onUndo: (run: RunSummary) => void;
  onBack: () => void;
  onHelp: (topic: HelpTopic) => void;
}

/** What was done here, newest first. */
export function Runs({ runs, onOpen, onResume, onUndo, onBack, onHelp }: RunsProps) {
  const look = useLook();
  const { width, height } = useBody();
  const [place, setPlace] = useState(0);
  const [asking, setAsking] = useState<RunSummary>();
  const [notice, setNotice] = useState<Notice>();
  const sorted = [...runs].sort((one, other) => other.started - one.started);
  const cursor = Math.min(place, Math.max(0, sorted.length - 1));
  const run = sorted[cursor];

  useKeys((press) => {
    setNotice(undefined);
    const by = { up: -1, down: 1, pageup: -10, pagedown: 10, home: -1e9, end: 1e9 }[press.key as string];
    if (asking) {
      setAsking(undefined);
      if (isLetter(press, 'y')) onUndo(asking);
    } else if (by !== undefined) setPlace(moved(cursor, by, sorted.length));
    else if (press.key === 'escape' || press.key === 'left' || isLetter(press, 'q')) onBack();
    else if (isLetter(press, '?')) onHelp(helpTopic);
    else if (!run) return;
    else if (press.key === 'enter' || press.key === 'right') onOpen(run);
    else if (isLetter(press, 'r')) unless(whyNoResume(run), () => onResume(run));
    else if (isLetter(press, 'u')) unless(whyNoUndo(run), () => setAsking(run));
  });

  function unless(why: string | undefined, act: () => void) {
    if (why) setNotice({ text: why, as: 'warning' });
    else act();
  }

  const part = windowAround(cursor, sorted.length, height - 2);
  return (
    <Frame
      title="Runs"
      keys={
        asking
          ? yesNoKeys
          : [
              { key: look.signs.updown, does: 'choose' },
              { key: look.signs.enter, does: 'details' },
              ...(run && !whyNoResume(run) ? [{ key: 'r', does: 'go on with it' }] : []),
              ...(run && !whyNoUndo(run) ? [{ key: 'u', does: 'take it back' }] : []),
              { key: look.signs.back, does: 'back' },
              { key: '?', does: 'help' },
            ]
      }
      notice={asking ? { text: undoRunQuestion(asking), as: 'warning' } : notice}
    >
      {sorted.length === 0 ? (
        <Row width={width} cells={[{ text: ' Nothing has been run here yet.', grow: true }]} />
      ) : (
        <Row width={width} cells={runRow(heading, { width, here: false, as: 'dim' })} />
      )}
      <Gap />
      {sorted.slice(part.from, part.to).map((one, at) => (
        <Row
          key={one.id}
          width={width}
          cells={runRow(columnsOf(one, look), {
            width,
            here: part.from + at === cursor,
            ...runStatusTint(one, look),
            cursor: look.signs.cursor,
          })}
        />
      ))}
    </Frame>
  );
}

export function undoRunQuestion(run: RunSummary): string {
  return `Take back all that run ${harmless(run.id)} (${harmless(run.title)}) did?`;
}

interface Columns {
  title: string;
  status: string;
  when: string;
  steps: string;
  target: string;
  id: string;
}

const heading: Columns = {
  title: 'what',
  status: 'how',
  when: 'when',
  steps: 'steps',
  target: 'where',
  id: 'run',
};

function columnsOf(run: RunSummary, look: Look): Columns {
  const { signs, now } = look;
  return {
    title: harmless(run.title),
    status: look.screenReader ? runStatusText(run.status, signs).said : runStatusText(run.status, signs).text,
    when: agoText(run.started, now()),
    steps: `${run.done} of ${run.total}`,
    target: harmless(run.target),
    id: harmless(run.id),
  };
}

function runStatusTint(run: RunSummary, { signs }: Look): { as: Tint } {
  return { as: runStatusText(run.status, signs).as };
}

function runRow(
  columns: Columns,
  { width, here, as, cursor = '' }: { width: number; here: boolean; as: Tint; cursor?: string },
): Cell[] {
  const dim: Tint = 'dim';
  return [
    { text: here ? ` ${cursor} ` : '   ', as: 'accent', said: here ? '(here)' : '' },
    { text: columns.title, grow: true, bold: here, as: as === 'dim' ? dim : here ? 'accent' : 'plain' },
    { text: ` ${columns.status}`, width: 15, as },
    { text: columns.when, width: 13, as: dim },
    ...(width >= 60 ? [{ text: columns.steps, width: 12, as: dim }] : []),
    ...(width >= 76 ? [{ text: columns.target, width: 14, as: dim }] : []),
    ...(width >= 100 ? [{ text: columns.id, width: 28, as: dim }] : []),
  ];
}

const helpTopic: HelpTopic = {
  title: 'Runs',
  paragraphs: [
    'Every run is on record. One that failed, was cancelled or was interrupted can be resumed: it goes on where it stopped and does nothing twice. Undo takes back what a run made, newest first, and nothing else.',
  ],
  keys: [
    { key: 'enter', does: 'details and steps of a run' },
    { key: 'r', does: 'go on with it (resume)' },
    { key: 'u', does: 'take it back (undo); asks first' },
  ],
};
