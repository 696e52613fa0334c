import type { Issue } from '../../errors.ts';
import { counted } from '../text/durations.ts';
import { harmless } from '../text/harmless.ts';
import { type Path, pathText, valueAt } from './answer-path.ts';
import { itemText } from './answer-text.ts';
import type { Choice, Question } from './question.ts';
import { draftAt, type WizardState } from './state.ts';
import type { Entry } from './way.ts';

/** One row that can be chosen, and what choosing it does. */
export interface PickRow {
  label: string;
  detail?: string;
  /** Why it cannot be chosen. */
  disabled?: string;
  /** For `many`: whether it is marked. */
  marked?: boolean;
  does: RowAction;
}

export type RowAction =
  | { do: 'take'; value: unknown }
  | { do: 'mark'; value: string | number }
  | { do: 'type' }
  | { do: 'open'; index: number }
  | { do: 'add' }
  | { do: 'open-group' }
  | { do: 'go-on' }
  | { do: 'ask'; detailed: boolean }
  | { do: 'go-to'; path: string }
  | { do: 'finish' };

/** The rows of a stop, narrowed down by what is typed to filter. None where a line is typed. */
export function rowsOf(entry: Entry, state: WizardState, issues: readonly Issue[]): PickRow[] {
  if (entry.kind === 'details') return detailRows(entry.count);
  if (entry.kind === 'end') return endRows(entry, { level: state.level, issues });
  const draft = draftAt(state, entry.path);
  if (isTyped(entry, state)) return [];
  const rows = questionRows(entry.question, entry.path, state);
  const filter = draft.filter?.toLowerCase();
  if (!filter) return rows;
  return rows.filter((row) => `${row.label} ${row.detail ?? ''}`.toLowerCase().includes(filter));
}

/** Whether the stop takes a typed line: by its kind, or because the user chose to type in place of a choice. */
export function isTyped(entry: Entry, state: WizardState): boolean {
  if (entry.kind !== 'question') return false;
  const { kind, choices, open } = entry.question;
  if (kind === 'choice') {
    return draftAt(state, entry.path).text !== undefined || (open === true && !choices?.length);
  }
  return kind === 'text' || kind === 'texts' || kind === 'number' || kind === 'secret';
}

/** The row that the user stands on: where they moved it, else what is stored, preset, or can be chosen at all. */
export function cursorOf(entry: Entry, state: WizardState, rows: readonly PickRow[]): number {
  const draft =
    entry.kind === 'question' ? draftAt(state, entry.path) : draftAt(state, entryPath(entry, state));
  if (draft.cursor !== undefined) return Math.min(Math.max(0, draft.cursor), Math.max(0, rows.length - 1));
  if (entry.kind === 'question') {
    const value = valueAt(state.answers, entry.path) ?? entry.question.default;
    const at = rows.findIndex((row) => row.does.do === 'take' && row.does.value === value);
    if (at >= 0) return at;
    if (entry.question.kind === 'list') return startOfList(rows, entry.question);
    if (entry.question.kind === 'group') return startOfGroup(rows);
  }
  return Math.max(
    0,
    rows.findIndex((row) => row.disabled === undefined),
  );
}

/** Drafts of stops that are no questions are kept beside those of the level's questions. */
export function entryPath(entry: Entry, state: WizardState): Path {
  return entry.kind === 'question' ? entry.path : [...state.level, entry.id];
}

function questionRows(question: Question, path: Path, state: WizardState): PickRow[] {
  const value = valueAt(state.answers, path) ?? question.default;
  switch (question.kind) {
    case 'toggle':
      return [
        { label: 'Yes', does: { do: 'take', value: true } },
        { label: 'No', does: { do: 'take', value: false } },
      ];
    case 'choice':
      return choiceRows(question, value);
    case 'many': {
      const picked = draftAt(state, path).picked ?? (Array.isArray(value) ? value : []);
      return (question.choices ?? []).map((choice) => ({
        ...named(choice),
        marked: picked.includes(choice.value),
        does: { do: 'mark', value: choice.value },
      }));
    }
    case 'list':
      return listRows(question, value);
    case 'group':
      return [
        { label: value === undefined ? 'Fill it in' : 'Change it', does: { do: 'open-group' } },
        {
          label: value === undefined ? 'Go on without it' : 'Go on',
          ...(question.required && value === undefined ? { disabled: 'needed' } : {}),
          does: { do: 'go-on' },
        },
        ...(!question.required && valueAt(state.answers, path) !== undefined
          ? [{ label: 'Leave it out', does: { do: 'take', value: undefined } } satisfies PickRow]
          : []),
      ];
    default:
      return [];
  }
}

function choiceRows(question: Question, value: unknown): PickRow[] {
  const choices = question.choices ?? [];
  const rows: PickRow[] = choices.map((choice) => ({
    ...named(choice),
    does: { do: 'take', value: choice.value },
  }));
  const foreign = value !== undefined && !choices.some((choice) => choice.value === value);
  if (foreign && question.open) {
    rows.unshift({ label: harmless(String(value)), detail: 'typed', does: { do: 'take', value } });
  }
  if (question.open) rows.push({ label: 'Something else', detail: 'type it', does: { do: 'type' } });
  if (!question.required && question.default === undefined) {
    rows.push({ label: 'Leave it out', does: { do: 'take', value: undefined } });
  }
  return rows;
}

function listRows(question: Question, value: unknown): PickRow[] {
  const items = Array.isArray(value) ? value : [];
  const none = question.required && items.length === 0;
  return [
    ...items.map(
      (item, index): PickRow => ({
        label: itemText(question, item),
        does: { do: 'open', index },
      }),
    ),
    { label: items.length === 0 ? 'Add one' : 'Add another', does: { do: 'add' } },
    {
      label:
        items.length === 0
          ? 'Go on without'
          : `Go on with ${items.length === 1 ? 'this one' : `these ${items.length}`}`,
      ...(none ? { disabled: 'one is needed' } : {}),
      does: { do: 'go-on' },
    },
  ];
}

function detailRows(count: number): PickRow[] {
  return [
    { label: 'No, go on', does: { do: 'ask', detailed: false } },
    { label: `Yes, ask ${counted(count, 'more question')}`, does: { do: 'ask', detailed: true } },
  ];
}

function endRows(
  { placeName }: Extract<Entry, { kind: 'end' }>,
  { level, issues }: { level: Path; issues: readonly Issue[] },
): PickRow[] {
  const prefix = level.length === 0 ? '' : `${pathText(level)}.`;
  const wrong = issues.filter((issue) => issue.severity === 'error' && (issue.path ?? '').startsWith(prefix));
  if (wrong.length === 0) {
    return [{ label: level.length === 0 ? 'Review what will be done' : 'Done', does: { do: 'finish' } }];
  }
  return wrong.map((issue) => ({
    ...(issue.path
      ? { label: harmless(placeName(issue.path)), detail: harmless(issue.message) }
      : { label: harmless(issue.message) }),
    does: issue.path ? { do: 'go-to', path: issue.path } : { do: 'finish' },
  }));
}

/** Where nothing is missing, going on is what most want. */
function startOfList(rows: readonly PickRow[], { required }: Question): number {
  const goOn = rows.findIndex((row) => row.does.do === 'go-on');
  return goOn > 1 || !required ? goOn : 0;
}

/** Nobody has to open what has an answer, or needs none. */
function startOfGroup(rows: readonly PickRow[]): number {
  const goOn = rows.findIndex((row) => row.does.do === 'go-on');
  return rows[goOn]?.disabled === undefined ? goOn : 0;
}

function named(choice: Choice): { label: string; detail?: string; disabled?: string } {
  return {
    label: harmless(choice.label),
    ...(choice.detail === undefined ? {} : { detail: harmless(choice.detail) }),
    ...(choice.disabled === undefined ? {} : { disabled: harmless(choice.disabled) }),
  };
}
