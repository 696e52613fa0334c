import type { Answers } from '../session.ts';
import { type Path, pathText } from './answer-path.ts';

/** A wizard as far as the user has come. Leaving it and coming back loses nothing of it. */
export interface WizardState {
  answers: Answers;
  /** The level that is open: `[]`, a group, or an item of a list. */
  level: Path;
  /** Level → the entry of its way that the user stands on. */
  at: Readonly<Record<string, string>>;
  /** Question → what is typed, chosen or marked there and not yet taken. */
  drafts: Readonly<Record<string, Draft>>;
  /** Levels whose advanced questions are asked too. */
  detailed: readonly string[];
}

export interface Draft {
  text?: string;
  /** Characters before the caret; the end where missing. */
  caret?: number;
  /** Row of a choice. */
  cursor?: number;
  /** Typed to narrow the choices down; present while filtering. */
  filter?: string;
  /** Values marked so far. */
  picked?: readonly (string | number)[];
  /** Why the last try to take it was refused. */
  problem?: string;
  /** A removal waits for its second press. */
  removing?: boolean;
}

export const newWizard: WizardState = { answers: {}, level: [], at: {}, drafts: {}, detailed: [] };

export function draftAt(state: WizardState, path: Path): Draft {
  return state.drafts[pathText(path)] ?? {};
}

export function withDraft(state: WizardState, path: Path, change: Draft): WizardState {
  const key = pathText(path);
  return { ...state, drafts: { ...state.drafts, [key]: { ...state.drafts[key], ...change } } };
}

export function withoutDraft(state: WizardState, path: Path): WizardState {
  const { [pathText(path)]: _gone, ...drafts } = state.drafts;
  return { ...state, drafts };
}

/** Forgets what was typed below a group that is gone. */
export function withoutDrafts(state: WizardState, level: Path): WizardState {
  const below = `${pathText(level)}.`;
  const kept = Object.entries(state.drafts).filter(([key]) => !key.startsWith(below));
  return { ...state, drafts: Object.fromEntries(kept) };
}

/** Forgets what was typed in an item that is gone; the drafts of later items move up with them. */
export function withoutItemDrafts(state: WizardState, list: Path, index: number): WizardState {
  const prefix = `${pathText(list)}.`;
  const shift = <Value>(record: Readonly<Record<string, Value>>): Record<string, Value> => {
    const kept: Record<string, Value> = {};
    for (const [key, value] of Object.entries(record)) {
      const [head = '', ...rest] = key.startsWith(prefix) ? key.slice(prefix.length).split('.') : [];
      const item = Number(head);
      if (head === '' || Number.isNaN(item) || item < index) kept[key] = value;
      else if (item > index) kept[[prefix + (item - 1), ...rest].join('.')] = value;
    }
    return kept;
  };
  return {
    ...state,
    drafts: shift(state.drafts),
    at: shift(state.at),
    detailed: Object.keys(shift(Object.fromEntries(state.detailed.map((level) => [level, true])))),
  };
}

export function standingOn(state: WizardState, entry: string): WizardState {
  return { ...state, at: { ...state.at, [pathText(state.level)]: entry } };
}
