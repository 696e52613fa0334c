import { useMemo, useState } from 'react';
import type { Finding } from '../../src/plan/step.ts';
import { pictureLines } from '../../src/view/picture/picture.ts';
import { pictureWords } from '../../src/view/picture/words.ts';
import { isCtrl, isLetter } from '../../src/view/press.ts';
import { lossQuestion } from '../../src/view/review/losses.ts';
import { reviewRows } from '../../src/view/review/rows.ts';
import { moved } from '../../src/view/scroll.ts';
import type { PlannedRun } from '../../src/view/session.ts';
import type { Cell } from '../../src/view/text/cells.ts';
import { counted } from '../../src/view/text/durations.ts';
import type { Change } from '../../src/view/wizard/way.ts';
import { Frame, type Notice, yesNoKeys } from '../frame.tsx';
import type { HelpTopic } from '../help.tsx';
import { useKeys } from '../keys.tsx';
import { type Look, useBody, useLook } from '../look.ts';
import { Gap, Lines, Row } from '../row.tsx';
import { savingKeys, useSaving } from '../save-prompt.tsx';
import { TextLine } from '../text-line.tsx';
import { StepList } from './steps.tsx';

interface ReviewProps {
  planned: PlannedRun;
  /** Name of the file that answers are saved as, unless another is typed. */
  suggestion: string;
  onSave: (file: string) => Promise<string>;
  onGo: (options: { dryRun: boolean }) => void;
  /** To the questions; to the one that has to change, where one is given. */
  onBack: (change?: Change) => void;
  onHelp: (topic: HelpTopic) => void;
}

/** What will be done, before anything is: picture, remarks, steps down to the exact calls. */
export function Review({ planned, suggestion, onSave, onGo, onBack, onHelp }: ReviewProps) {
  const look = useLook();
  const { width, height, wide } = useBody();
  const [place, setPlace] = useState(0);
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set());
  const [large, setLarge] = useState(false);
  const [notice, setNotice] = useState<Notice>();
  const [asking, setAsking] = useState(false);
  const saving = useSaving(onSave, suggestion);
  // On wide terminals the chosen step's calls stand beside the list.
  const listWidth = wide && !look.screenReader ? Math.floor(width * 0.55) : width;
  const rows = useMemo(
    () => reviewRows(planned, { expanded, signs: look.signs, width: listWidth - 3 }),
    [planned, expanded, look.signs, listWidth],
  );
  const cursor = Math.min(place, Math.max(0, rows.length - 1));
  const wrong = planned.plan.findings.filter((finding) => finding.severity === 'error');
  const change = changeOf(wrong);
  const loss = lossQuestion(planned.plan);
  const needed = planned.steps.filter((step) => step.needed).length;

  useKeys((press) => {
    if (saving.line) return saving.press(press);
    saving.dismiss();
    setNotice(undefined);
    setAsking(false);
    if (asking) return isLetter(press, 'y') ? onGo({ dryRun: false }) : undefined;
    const by = { up: -1, down: 1, pageup: -10, pagedown: 10, home: -1e9, end: 1e9 }[press.key as string];
    if (by !== undefined) setPlace(moved(cursor, by, rows.length));
    else if (press.key === 'escape' || press.key === 'left') large ? setLarge(false) : onBack();
    else if (press.key === 'enter') go(false);
    else if (isLetter(press, 'd')) go(true);
    else if (isLetter(press, 'e') || press.key === 'right') toggle();
    else if (isLetter(press, 'p') && planned.plan.picture) setLarge(!large);
    else if (isLetter(press, 's') || isCtrl(press, 's')) saving.begin();
    else if (isLetter(press, '?')) onHelp(helpTopic);
  });

  function go(dryRun: boolean) {
    if (wrong.length > 0 && change !== undefined && !dryRun) onBack(change);
    else if (wrong.length > 0) {
      const what = wrong.length === 1 ? 'One thing' : `${wrong.length} things`;
      setNotice({
        text: `${what} must change first: see ${look.signs.failed} in the list, then go back.`,
        as: 'failed',
      });
    } else if (needed === 0 && !dryRun) {
      setNotice({ text: 'Everything is already so: there is nothing to do.', as: 'ok' });
    } else if (loss !== undefined && !dryRun) {
      // Enter alone, pressed once too often, must not cost anybody their disks.
      setNotice({ text: loss, as: 'warning' });
      setAsking(true);
    } else onGo({ dryRun });
  }

  /** Of a remark, the next step. */
  function toggle() {
    const row = rows.slice(cursor).find((one) => one.step !== undefined);
    if (!row?.step) return;
    const next = new Set(expanded);
    if (!next.delete(row.step)) next.add(row.step);
    setExpanded(next);
    setPlace(
      Math.max(
        0,
        rows.findIndex((one) => one.id === `step ${row.step}`),
      ),
    );
  }

  const { picture } = planned.plan;
  const room = height - 2 - (saving.line ? 1 : 0);
  const pictureHeight = large ? room : Math.max(3, Math.floor(room * 0.6));
  const drawn = useMemo(() => {
    if (!picture) return [];
    if (look.screenReader) return pictureWords(picture);
    return pictureLines(picture, { width, signs: look.signs, height: pictureHeight });
  }, [picture, look.screenReader, look.signs, width, pictureHeight]);
  const listHeight = Math.max(1, room - drawn.length);
  const keys = [
    {
      key: look.signs.enter,
      does: wrong.length === 0 ? 'go' : change === undefined ? '(not yet)' : 'change the answer',
    },
    { key: 'e', does: 'exact calls' },
    { key: 'd', does: 'dry run' },
    { key: 's', does: 'save answers' },
    { key: look.signs.back, does: 'back' },
    ...(picture ? [{ key: 'p', does: large ? 'list' : 'picture' }] : []),
    { key: '?', does: 'help' },
  ];
  return (
    <Frame
      title={`${planned.plan.title} ${look.signs.dot} review`}
      keys={asking ? yesNoKeys : saving.line ? savingKeys : keys}
      notice={notice ?? saving.notice}
    >
      <Lines lines={drawn} width={width} />
      {!large && drawn.length > 0 && <Gap />}
      <Row width={width} cells={countCells(planned, look)} />
      {!large && (
        <StepList
          {...{ rows, cursor, planned, width, listWidth }}
          height={drawn.length > 0 ? listHeight : room + 1}
        />
      )}
      {saving.line && <TextLine line={saving.line} width={width} label="Save the answers as: " />}
    </Frame>
  );
}

/** The first answer that has to change, where it is known. */
function changeOf(wrong: readonly Finding[]): Change | undefined {
  const found = wrong.find((finding) => finding.path !== undefined);
  return found?.path === undefined ? undefined : { path: found.path, message: found.message };
}

function countCells({ plan, steps }: PlannedRun, { signs }: Look): Cell[] {
  const needed = steps.filter((step) => step.needed).length;
  const errors = plan.findings.filter((finding) => finding.severity === 'error').length;
  const remarks = plan.findings.length - errors;
  return [
    { text: ` ${signs.todo} ${needed} to do`, as: 'accent', bold: true, said: `${needed} to do,` },
    {
      text: `   ${signs.idle} ${steps.length - needed} already so`,
      as: 'dim',
      said: `${steps.length - needed} already so`,
    },
    { text: remarks > 0 ? `   ${signs.warning} ${counted(remarks, 'remark')}` : '', as: 'warning' },
    { text: errors > 0 ? `   ${signs.failed} ${counted(errors, 'thing')} must change` : '', as: 'failed' },
    { text: '', grow: true },
  ];
}

const helpTopic: HelpTopic = {
  title: 'Review',
  paragraphs: [
    'The picture shows the guests where they will run and the networks that they will be on; + marks new ones. Below stand remarks, then every step: + will be done, a dot is already so.',
    'Nothing has been changed yet. A dry run looks at everything once more and still changes nothing.',
  ],
  keys: [
    { key: 'enter', does: 'go: do all of it' },
    { key: 'e', does: 'show or hide the exact calls of a step; secrets stay masked' },
    { key: 'd', does: 'dry run only' },
    { key: 's', does: 'save the answers as a file that proxwright apply takes' },
    { key: 'p', does: 'the picture as large as it can be, and back' },
    { key: 'esc', does: 'back to the questions' },
  ],
};
