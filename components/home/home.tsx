import { Box } from 'ink';
import { useState } from 'react';
import type { Facts } from '../../src/facts/facts.ts';
import type { LiveDoctor } from '../../src/view/doctor/live-doctor.ts';
import { isLetter, type Press } from '../../src/view/press.ts';
import { runStatusText } from '../../src/view/run/status.ts';
import { moved, windowAround } from '../../src/view/scroll.ts';
import type { RunSummary, Session } from '../../src/view/session.ts';
import type { Cell } from '../../src/view/text/cells.ts';
import { agoText, counted } from '../../src/view/text/durations.ts';
import { wrapWords } from '../../src/view/text/fit.ts';
import { harmless } from '../../src/view/text/harmless.ts';
import { type Typing, type, typingOf } from '../../src/view/typing.ts';
import { useDoctorLine } from '../doctor/use-doctor-line.ts';
import { Frame, targetName } from '../frame.tsx';
import type { HelpTopic } from '../help.tsx';
import { keaTitle } from '../kea/help.ts';
import { useKeaLine } from '../kea/use-kea-line.ts';
import { useKeys } from '../keys.tsx';
import { type Load, useLoad } from '../load.ts';
import { type Look, useBody, useLook } from '../look.ts';
import { Gap, Row } from '../row.tsx';
import { TextLine } from '../text-line.tsx';
import { NodesPane } from './nodes-pane.tsx';

interface HomeProps {
  session: Session;
  /** Workflow → how many answers a wizard left open there has. */
  begun: Readonly<Record<string, number>>;
  doctor: LiveDoctor | undefined;
  /** Where the cursor was when home was left. */
  start: string | undefined;
  onOpen: (id: string) => void;
  onHelp: (topic: HelpTopic) => void;
  onQuit: () => void;
}

interface MenuItem {
  id: string;
  title: string;
  summary: string;
  status?: Cell;
}

/** The menu of what can be done, each line with what it is. */
export function Home({ session, begun, doctor, start, onOpen, onHelp, onQuit }: HomeProps) {
  const look = useLook();
  const { width, height, wide } = useBody();
  const [runs] = useLoad(() => session.runs());
  // After the runs: reading facts loads most of the program, and the menu is to answer at once.
  const [facts] = useLoad(() => session.facts(), { when: runs.status !== 'waiting' });
  const [finding, setFinding] = useState<Typing>();
  const doctorLine = useDoctorLine(doctor);
  const keaLine = useKeaLine(session, { facts, signs: look.signs });
  const items = menuOf(session, { begun, runs, doctorLine, keaLine, look });
  const wanted = finding?.text.toLowerCase() ?? '';
  const shown = items.filter((item) => `${item.title} ${item.summary}`.toLowerCase().includes(wanted));
  const [place, setPlace] = useState(() =>
    Math.max(
      0,
      items.findIndex((item) => item.id === start),
    ),
  );
  const cursor = Math.min(place, Math.max(0, shown.length - 1));

  useKeys((press) => {
    if (press.key === 'up' || press.key === 'down') {
      setPlace(moved(cursor, press.key === 'up' ? -1 : 1, shown.length));
    } else if (press.key === 'enter') {
      const item = shown[cursor];
      if (item) onOpen(item.id);
    } else if (press.key === 'escape') setFinding(undefined);
    else if (finding) typeToFind(press);
    else if (isLetter(press, '/')) setFinding(typingOf(''));
    else if (isLetter(press, '?')) onHelp(helpTopic);
    else if (isLetter(press, 'q')) onQuit();
  });

  function typeToFind(press: Press) {
    const line = finding && type(finding, press);
    if (line) {
      setFinding(line);
      setPlace(0);
    }
  }

  const menuWidth = wide ? Math.min(width - 42, 88) : width;
  const remarks = remarksOf(session, { facts, look, width: menuWidth });
  const above = (finding ? 1 : 0) + 1 + remarks.length;
  const part = windowAround(cursor, shown.length, height - above);
  return (
    <Frame
      keys={[
        { key: look.signs.updown, does: 'choose' },
        { key: look.signs.enter, does: 'open' },
        { key: '/', does: 'find' },
        { key: '?', does: 'help' },
        { key: 'q', does: 'quit' },
      ]}
      aside={session.version}
    >
      <Box flexDirection={look.screenReader ? 'column' : 'row'}>
        <Box flexDirection="column" width={menuWidth}>
          {remarks.map((cells, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: remarks have no other identity than their place
            <Row key={at} width={menuWidth} cells={cells} />
          ))}
          <Gap />
          {finding && <TextLine line={finding} width={menuWidth} label=" Find: " />}
          {shown.slice(part.from, part.to).map((item, at) => (
            <Row
              key={item.id}
              width={menuWidth}
              cells={itemCells(item, { here: part.from + at === cursor, look })}
            />
          ))}
          {shown.length === 0 && (
            <Row width={menuWidth} cells={[{ text: '   Nothing has that in its name.', as: 'dim' }]} />
          )}
        </Box>
        {wide && <NodesPane facts={facts} target={session.target} width={width - menuWidth - 2} />}
      </Box>
    </Frame>
  );
}

function menuOf(
  session: Session,
  {
    begun,
    runs,
    doctorLine,
    keaLine,
    look,
  }: {
    begun: HomeProps['begun'];
    runs: Load<readonly RunSummary[]>;
    doctorLine: ReturnType<typeof useDoctorLine>;
    keaLine: ReturnType<typeof useKeaLine>;
    look: Look;
  },
): MenuItem[] {
  const workflows = session.workflows.map((workflow): MenuItem => {
    const answers = begun[workflow.id] ?? 0;
    const status: Cell = { text: `${counted(answers, 'answer')} kept`, as: 'accent' };
    return { ...workflow, ...(answers > 0 ? { status } : {}) };
  });
  const kea = { id: '#kea', title: keaTitle, ...keaLine };
  const doctor = doctorLine ? [{ id: '#doctor', title: 'Doctor', ...doctorLine }] : [];
  return [...workflows, kea, ...doctor, runsItem(runs, look)];
}

function runsItem(runs: Load<readonly RunSummary[]>, look: Look): MenuItem {
  const item = { id: '#runs', title: 'Runs' };
  if (runs.status === 'waiting') return { ...item, summary: `reading ${look.signs.ellipsis}` };
  if (runs.status === 'failed') {
    return {
      ...item,
      summary: 'cannot be read',
      status: { text: `${look.signs.warning} open to see why`, as: 'warning' },
    };
  }
  const last = [...runs.value].sort((one, other) => other.started - one.started)[0];
  if (!last) return { ...item, summary: 'none so far' };
  return {
    ...item,
    summary: `last: ${harmless(last.title)}, ${agoText(last.started, look.now())}`,
    status: runStatusText(last.status, look.signs),
  };
}

function itemCells(item: MenuItem, { here, look }: { here: boolean; look: Look }): Cell[] {
  return [
    { text: here ? ` ${look.signs.cursor} ` : '   ', as: 'accent', said: here ? '(here)' : '' },
    { text: item.title, width: 23, bold: here, as: here ? 'accent' : 'plain', said: `${item.title}:` },
    { text: item.summary, grow: true, as: 'dim' },
    { text: ' ', said: '' },
    ...(item.status ? [item.status] : []),
    { text: ' ', said: '' },
  ];
}

/** What must be known of the target before anything is opened. */
function remarksOf(
  session: Session,
  { facts, look, width }: { facts: Load<Facts>; look: Look; width: number },
): Cell[][] {
  const remark = (text: string): Cell[][] =>
    wrapWords(text, width - 3).map((line, at) => [
      { text: at === 0 ? ` ${look.signs.warning} ` : '   ', as: 'warning', said: '' },
      { text: line, as: 'warning', grow: true },
    ]);
  return [
    ...(session.target.kind === 'sandbox'
      ? [
          ...remark('The sandbox: a practice cluster on this machine. Nothing real is touched.'),
          [
            {
              text: '   For a real one: proxwright --target ssh://root@pve1',
              as: 'dim',
              grow: true,
            } as const,
          ],
        ]
      : []),
    ...session.remarks.flatMap((text) => remark(harmless(text))),
    ...(facts.status === 'failed'
      ? remark(`${targetName(session.target)} could not be read. Open a line to see why.`)
      : []),
  ];
}

const helpTopic: HelpTopic = {
  title: 'What can be done',
  paragraphs: [
    'Each line asks some questions, then shows exactly what it would do. Nothing is changed before you say go, and what was done can be taken back.',
    'A wizard that you leave keeps its answers until you quit. Runs lists what was done, to go on with it or to take it back.',
  ],
  keys: [
    { key: 'up/down', does: 'choose a line' },
    { key: 'enter', does: 'open it' },
    { key: '/', does: 'show only the lines that have a word in them' },
    { key: 'q', does: 'quit' },
  ],
};
