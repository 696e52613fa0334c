import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { Issue } from '../../src/errors.ts';
import { wrapWords } from '../../src/view/text/fit.ts';
import { harmless } from '../../src/view/text/harmless.ts';
import { pathText } from '../../src/view/wizard/answer-path.ts';
import { answerText } from '../../src/view/wizard/answer-text.ts';
import { isPreset, lineText, typingReplaces } from '../../src/view/wizard/moves.ts';
import { cursorOf, entryPath, isTyped, rowsOf } from '../../src/view/wizard/rows.ts';
import { draftAt, type WizardState } from '../../src/view/wizard/state.ts';
import { type Change, type Entry, problemsOf } from '../../src/view/wizard/way.ts';
import { useLook } from '../look.ts';
import { Gap, Lines, Row } from '../row.tsx';
import { TextLine } from '../text-line.tsx';
import { PickList } from './pick-list.tsx';

interface QuestionPaneProps {
  entry: Entry;
  state: WizardState;
  /** Of the answers so far. */
  issues: readonly Issue[];
  /** All that keeps the open level from being done; shown at its end. */
  problems: readonly Issue[];
  /** What the plan found wrong about an answer; shown where that is given. */
  change: Change | undefined;
  /** Where there is room, the help stands elsewhere. */
  showHelp: boolean;
  width: number;
  height: number;
}

/** One question: what it asks, what it is for, and the line or the rows to answer with. */
export function QuestionPane(props: QuestionPaneProps) {
  const { entry, state, problems, showHelp, width, height } = props;
  const { signs } = useLook();
  const heading = headingOf(entry, problems);
  // A list needs the rows more.
  const typed = entry.kind === 'question' && isTyped(entry, state);
  const helpRoom = Math.max(0, Math.min(typed ? 10 : 5, height - 7));
  const help = showHelp ? helpLines(entry, Math.min(width, 76)).slice(0, helpRoom) : [];
  const remarks = remarksOf(props).flatMap((remark) => wrapWords(`${signs.warning} ${remark}`, width));
  const room =
    height - 2 - (help.length > 0 ? help.length + 1 : 0) - (remarks.length > 0 ? remarks.length + 1 : 0);
  return (
    <Box flexDirection="column" width={width}>
      <Row width={width} cells={[{ text: heading, bold: true, grow: true }]} />
      <Gap />
      {help.length > 0 && <Lines lines={help} width={width} as="dim" />}
      {help.length > 0 && <Gap />}
      {typed ? (
        <TypedAnswer entry={entry} state={state} width={width} />
      ) : (
        <PickedAnswer
          entry={entry}
          state={state}
          problems={problems}
          width={width}
          height={Math.max(1, room)}
        />
      )}
      {remarks.length > 0 && <Gap />}
      <Lines lines={remarks} width={width} as="warning" />
    </Box>
  );
}

/** What the question is for, an example, and what holds when nothing is answered. */
export function helpLines(entry: Entry, width: number): string[] {
  if (entry.kind === 'details') {
    return wrapWords('These are for special wishes. What holds without them works for most.', width);
  }
  if (entry.kind === 'end') return [];
  const { question } = entry;
  const preset = answerText(question, question.default);
  return [
    ...wrapWords(question.help, width),
    ...(question.example ? wrapWords(`For example: ${question.example}`, width) : []),
    ...(question.kind === 'texts' ? ['Several are typed with commas between.'] : []),
    ...(!question.required && !preset ? ['May be left empty.'] : []),
  ];
}

function headingOf(entry: Entry, problems: readonly Issue[]): string {
  if (entry.kind === 'question') return entry.question.label;
  if (entry.kind === 'details') return 'More details?';
  if (problems.length === 0) return 'All is answered.';
  return problems.length === 1 ? 'One answer needs a change:' : `${problems.length} answers need a change:`;
}

function isAt(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}.`);
}

function remarksOf({ entry, state, issues, change }: QuestionPaneProps): string[] {
  if (entry.kind !== 'question') return [];
  const draft = draftAt(state, entry.path);
  if (draft.removing) return ['Press d again to remove it, with all that was answered for it.'];
  if (draft.problem) return [harmless(draft.problem)];
  const place = pathText(entry.path);
  const warnings = issues.filter((issue) => issue.severity === 'warning' && issue.path === place);
  const found = change && isAt(change.path, place) ? [{ message: change.message }] : [];
  return [...found, ...problemsOf(entry.path, issues), ...warnings].map((issue) => harmless(issue.message));
}

function TypedAnswer({
  entry,
  state,
  width,
}: {
  entry: Extract<Entry, { kind: 'question' }>;
  state: WizardState;
  width: number;
}): ReactNode {
  const { question, path } = entry;
  const text = lineText(entry, state);
  const caret = draftAt(state, path).caret ?? Number.MAX_SAFE_INTEGER;
  const untouched = draftAt(state, path).text === undefined && text !== '';
  const hint =
    text !== '' && isPreset(entry, state)
      ? presetText
      : untouched
        ? typingReplaces(entry, state)
          ? keptText
          : storedText
        : '';
  return (
    <>
      <TextLine
        line={{ text, caret }}
        width={width}
        secret={question.kind === 'secret'}
        unit={question.unit}
      />
      {hint && <Lines lines={wrapWords(hint, width - 2).map((line) => `  ${line}`)} width={width} as="dim" />}
    </>
  );
}

const presetText = 'Suggested: enter takes it, typing replaces it.';
const keptText = 'Enter keeps it, typing replaces it.';
const storedText = 'Enter keeps it, ^U empties the line.';

function PickedAnswer({
  entry,
  state,
  problems,
  width,
  height,
}: Pick<QuestionPaneProps, 'entry' | 'state' | 'problems' | 'width' | 'height'>) {
  const rows = rowsOf(entry, state, problems);
  const { filter } = draftAt(state, entryPath(entry, state));
  const listHeight = height - (filter === undefined ? 0 : 1);
  return (
    <>
      {filter !== undefined && (
        <TextLine line={{ text: filter, caret: Number.MAX_SAFE_INTEGER }} width={width} label="Find: " />
      )}
      {rows.length > 0 ? (
        <PickList rows={rows} cursor={cursorOf(entry, state, rows)} width={width} height={listHeight} />
      ) : (
        <Row
          width={width}
          cells={[
            { text: filter ? 'Nothing has that in it.' : 'There is nothing to choose from.', as: 'warning' },
          ]}
        />
      )}
    </>
  );
}
