import { Box } from 'ink';
import { useEffect, useMemo } from 'react';
import type { Facts } from '../../src/facts/facts.ts';
import type { Answers, Session, WorkflowEntry } from '../../src/view/session.ts';
import { harmless } from '../../src/view/text/harmless.ts';
import { wizardKey } from '../../src/view/wizard/keys.ts';
import { goTo, openProblems, type WizardContext } from '../../src/view/wizard/moves.ts';
import type { Question } from '../../src/view/wizard/question.ts';
import { cursorOf, isTyped, type PickRow, type RowAction, rowsOf } from '../../src/view/wizard/rows.ts';
import { draftAt, type WizardState } from '../../src/view/wizard/state.ts';
import { suggestedFile } from '../../src/view/wizard/suggested-file.ts';
import {
  type Change,
  currentEntry,
  type Entry,
  issuesSoFar,
  levelNames,
  wayOf,
} from '../../src/view/wizard/way.ts';
import { Frame, type KeyHint } from '../frame.tsx';
import type { HelpTopic } from '../help.tsx';
import { useKeys } from '../keys.tsx';
import { type Look, useBody, useLook } from '../look.ts';
import { Gap, Lines, Row } from '../row.tsx';
import { savingKeys, useSaving } from '../save-prompt.tsx';
import { TextLine } from '../text-line.tsx';
import { helpLines, QuestionPane } from './question-pane.tsx';
import { WayPane } from './way-pane.tsx';

interface WizardProps {
  session: Session;
  workflow: WorkflowEntry;
  facts: Facts;
  state: WizardState;
  /** The user is brought to this answer, and told what is wrong about it. */
  change?: Change;
  onState: (state: WizardState) => void;
  onSave: (file: string) => Promise<string>;
  onReview: () => void;
  onLeave: () => void;
  onHelp: (topic: HelpTopic) => void;
}

/** The questions of a workflow, one at a time, with the way through them on the left. */
export function Wizard(props: WizardProps) {
  const { session, workflow, facts, state, change, onState, onSave, onReview, onLeave, onHelp } = props;
  const look = useLook();
  const { width, height, veryWide } = useBody();
  const { answers } = state;
  const asked = useMemo(() => {
    // Asked for the answers that stand there, most of the time.
    let last: { answers: Answers; questions: readonly Question[] } | undefined;
    return (given: Answers): readonly Question[] => {
      if (last?.answers !== given)
        last = { answers: given, questions: session.questions(workflow.id, given, facts) };
      return last.questions;
    };
  }, [session, workflow.id, facts]);
  const questions = asked(answers);
  const issues = useMemo(
    () => session.check(workflow.id, answers, { complete: false }),
    [session, workflow.id, answers],
  );
  const context: WizardContext = {
    questions: asked,
    check: (given, options) => session.check(workflow.id, given, options),
  };
  const saving = useSaving(onSave, suggestedFile(workflow.id, answers));
  const way = wayOf(questions, state);
  const complete = useMemo(
    () => session.check(workflow.id, answers, { complete: true }),
    [session, workflow.id, answers],
  );
  const soFar = issuesSoFar(way, { issues, complete }, answers);
  const entry = currentEntry(way, state);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the user is brought there once, and may go elsewhere
  useEffect(() => {
    if (change !== undefined) onState(goTo(state, change.path, context));
  }, [change]);

  useKeys((press) => {
    if (saving.line) return saving.press(press);
    saving.dismiss();
    const move = wizardKey(state, press, context);
    onState(move.state);
    if (move.effect === 'leave') onLeave();
    else if (move.effect === 'review') onReview();
    else if (move.effect === 'save') saving.begin();
    else if (move.effect === 'help') onHelp(topicOf(entry, look));
  });

  const title = [workflow.title, ...levelNames(questions, state)].join(' › ');
  const wayWidth = width >= 62 && !look.screenReader ? Math.min(40, Math.floor(width * 0.325)) : 0;
  const helpWidth = veryWide ? 44 : 0;
  const rest = width - wayWidth - helpWidth - (wayWidth ? 3 : 0) - (helpWidth ? 3 : 0);
  const bodyHeight = height - (saving.line ? 1 : 0) - (wayWidth ? 0 : 1);
  const problems = entry.kind === 'end' ? openProblems(state, context) : [];
  const rows = rowsOf(entry, state, problems);
  return (
    <Frame
      title={title}
      keys={
        saving.line ? savingKeys : keysOf(entry, { state, look, row: rows[cursorOf(entry, state, rows)] })
      }
      notice={saving.notice}
    >
      {!wayWidth && (
        <Row width={width} cells={[{ text: `${way.indexOf(entry) + 1} of ${way.length}`, as: 'dim' }]} />
      )}
      <Box height={bodyHeight}>
        {wayWidth > 0 && (
          <Box width={wayWidth + 3}>
            <WayPane
              {...{ way, current: entry, state }}
              issues={soFar}
              width={wayWidth}
              height={bodyHeight}
            />
          </Box>
        )}
        <QuestionPane
          {...{ entry, state, issues, problems, change }}
          showHelp={!veryWide}
          width={rest}
          height={bodyHeight}
        />
        {veryWide && (
          <Box flexDirection="column" width={helpWidth} marginLeft={3}>
            <Gap />
            <Gap />
            <Lines lines={helpLines(entry, helpWidth).map(harmless)} width={helpWidth} as="dim" />
          </Box>
        )}
      </Box>
      {saving.line && <TextLine line={saving.line} width={width} label="Save the answers as: " />}
    </Frame>
  );
}

function keysOf(
  entry: Entry,
  { state, look, row }: { state: WizardState; look: Look; row: PickRow | undefined },
): KeyHint[] {
  const { signs } = look;
  if (entry.kind === 'question' && isTyped(entry, state)) {
    return [
      { key: signs.enter, does: 'take' },
      { key: 'esc', does: 'back' },
      { key: '^G', does: 'what is this' },
      { key: '^S', does: 'save answers' },
    ];
  }
  const question = entry.kind === 'question' ? entry.question : undefined;
  if (question && draftAt(state, [...state.level, question.key]).filter !== undefined) {
    return [
      { key: signs.updown, does: 'choose' },
      { key: signs.enter, does: 'take' },
      { key: 'esc', does: 'show all again' },
    ];
  }
  const removable = row?.does.do === 'open' ? [{ key: 'd', does: 'remove' }] : [];
  return [
    { key: signs.updown, does: 'choose' },
    ...(question?.kind === 'many' ? [{ key: 'space', does: 'mark' }] : []),
    { key: signs.enter, does: enterWords[row?.does.do ?? 'take'] },
    ...removable,
    { key: signs.back, does: 'back' },
    ...(question?.kind === 'choice' || question?.kind === 'many' ? [{ key: '/', does: 'find' }] : []),
    { key: '?', does: question?.kind === 'many' ? 'help' : 'what is this' },
    { key: 's', does: 'save answers' },
    { key: 'q', does: 'leave' },
  ];
}

/** What enter does on a row. */
const enterWords: Readonly<Record<RowAction['do'], string>> = {
  take: 'take',
  mark: 'take',
  type: 'type',
  open: 'change',
  add: 'add',
  'open-group': 'open',
  'go-on': 'go on',
  ask: 'take',
  'go-to': 'go there',
  finish: 'go on',
};

function topicOf(entry: Entry, look: Look): HelpTopic {
  return {
    title: entry.kind === 'question' ? entry.question.label : entry.label,
    paragraphs: [
      ...helpLines(entry, 1000),
      'Going back loses nothing: what is typed stays until you come again, and a wizard that you leave goes on where you left it.',
    ],
    keys: [
      { key: look.signs.enter, does: 'take the answer and go on' },
      { key: 'esc', does: 'one question back' },
      { key: 'tab', does: 'on without a choice, where none is needed' },
      { key: '^S', does: 'save the answers so far as a file that proxwright apply takes' },
    ],
  };
}
