import type { Issue } from '../../errors.ts';
import { type Path, pathText, questionsAt, valueAt } from './answer-path.ts';
import { answerText, itemText } from './answer-text.ts';
import type { Question } from './question.ts';
import { draftAt, type WizardState } from './state.ts';

/** What must change about an answer, and which: the plan found it. */
export interface Change {
  path: string;
  message: string;
}

/** One stop of the way through a level: a question, the offer of more of them, or its end. */
export type Entry =
  | { id: string; kind: 'question'; label: string; question: Question; path: Path }
  | { id: string; kind: 'details'; label: string; count: number }
  | {
      id: string;
      kind: 'end';
      label: string;
      /** `Groups › server ×3 › Networks`: a path of an issue as the wizard calls it, from the open level on. */
      placeName: (path: string) => string;
    };

export type EntryState = 'answered' | 'open' | 'wrong';

/** The stops of the open level, in order. Advanced questions stand behind the offer to ask them. */
export function wayOf(questions: readonly Question[], state: WizardState): Entry[] {
  const here = questionsAt(questions, state.level);
  const advanced = here.filter((question) => question.advanced);
  const entry = (question: Question): Entry => ({
    id: question.key,
    kind: 'question',
    label: question.label,
    question,
    path: [...state.level, question.key],
  });
  return [
    ...here.filter((question) => !question.advanced).map(entry),
    ...(advanced.length > 0
      ? [{ id: '#details', kind: 'details', label: 'More details', count: advanced.length } as const]
      : []),
    ...(state.detailed.includes(pathText(state.level)) ? advanced.map(entry) : []),
    {
      id: '#end',
      kind: 'end',
      label: state.level.length === 0 ? 'Review' : 'Done',
      placeName: (path) => placeName(questions, path, state),
    },
  ];
}

/** The stop that the user is at; the first one where the way has changed under them. */
export function currentEntry(way: readonly Entry[], state: WizardState): Entry {
  const id = state.at[pathText(state.level)];
  return way.find((entry) => entry.id === id) ?? way[0]!;
}

/**
 * What must change so far, for the signs beside the stops: of the answers as they are, and what a group or a list
 * that was begun still lacks (`complete`: all that the check says of answers that are to be whole).
 */
export function issuesSoFar(
  way: readonly Entry[],
  { issues, complete }: { issues: readonly Issue[]; complete: readonly Issue[] },
  answers: WizardState['answers'],
): Issue[] {
  const begun = way.flatMap((entry) =>
    entry.kind === 'question' &&
    (entry.question.kind === 'group' || entry.question.kind === 'list') &&
    valueAt(answers, entry.path) !== undefined
      ? problemsOf(entry.path, complete)
      : [],
  );
  return [...issues, ...begun.filter((one) => !issues.some(({ path }) => path === one.path))];
}

export function entryState(entry: Entry, state: WizardState, issues: readonly Issue[]): EntryState {
  if (entry.kind !== 'question') return 'open';
  if (problemsOf(entry.path, issues).length > 0 || draftAt(state, entry.path).problem) return 'wrong';
  return holdsNothing(valueAt(state.answers, entry.path)) ? 'open' : 'answered';
}

/** Also a group that was walked through without an answer. */
function holdsNothing(value: unknown): boolean {
  return (
    value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
  );
}

export function entryText(entry: Entry, state: WizardState): string {
  if (entry.kind === 'details') return state.detailed.includes(pathText(state.level)) ? 'asked' : '';
  if (entry.kind === 'end') return '';
  return answerText(entry.question, valueAt(state.answers, entry.path));
}

/** What is wrong at a place of the answers or below it. */
export function problemsOf(path: Path, issues: readonly Issue[]): Issue[] {
  const place = pathText(path);
  return issues.filter(
    (issue) =>
      issue.severity === 'error' && (issue.path === place || issue.path?.startsWith(`${place}.`) === true),
  );
}

/** `Groups › server ×3`: where the open level is. */
export function levelNames(questions: readonly Question[], state: WizardState): string[] {
  const names: string[] = [];
  let here = questions;
  let question: Question | undefined;
  state.level.forEach((part, at) => {
    if (typeof part === 'number') {
      if (question?.kind === 'list')
        names.push(itemText(question, valueAt(state.answers, state.level.slice(0, at + 1))));
      return;
    }
    question = here.find((one) => one.key === part);
    here = question?.questions ?? [];
    names.push(question?.label ?? part);
  });
  return names;
}

/** Where a path of an issue is asked: its level and the question there. */
export function placeOf(
  questions: readonly Question[],
  path: string,
): { level: Path; entry: string } | undefined {
  const parts = partsOf(path);
  let here = questions;
  let found: { level: Path; entry: string } | undefined;
  for (const [at, part] of parts.entries()) {
    if (typeof part === 'number') continue;
    const question = here.find((one) => one.key === part);
    if (!question) break;
    found = { level: parts.slice(0, at), entry: question.key };
    here = question.questions ?? [];
  }
  return found;
}

function placeName(questions: readonly Question[], path: string, state: WizardState): string {
  const names = levelNames(questions, { ...state, level: partsOf(path) });
  const above = levelNames(questions, state).length;
  return names.slice(above).join(' › ') || path;
}

function partsOf(path: string): Path {
  return path.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
