import type { Issue } from '../../errors.ts';
import type { Answers } from '../session.ts';
import { type Path, pathText, valueAt, withoutItem, withValue } from './answer-path.ts';
import { parseTyped, typedText } from './answer-text.ts';
import type { Question } from './question.ts';
import { isTyped } from './rows.ts';
import {
  draftAt,
  standingOn,
  type WizardState,
  withDraft,
  withoutDraft,
  withoutDrafts,
  withoutItemDrafts,
} from './state.ts';
import { currentEntry, type Entry, placeOf, problemsOf, wayOf } from './way.ts';

/** What a wizard must know beyond its own state. */
export interface WizardContext {
  /** What is asked, given these answers: an answer may bring the question behind it. */
  questions(answers: Answers): readonly Question[];
  check(answers: Answers, options: { complete: boolean }): readonly Issue[];
}

/** The state after a move, and what the screen must do besides. */
export interface WizardMove {
  state: WizardState;
  effect?: 'leave' | 'review' | 'save' | 'help';
}

/** Takes a value for the question where the user stands and goes on; refuses what the check refuses. */
export function take(state: WizardState, value: unknown, context: WizardContext): WizardMove {
  const entry = standing(state, context);
  if (entry.kind !== 'question') return { state };
  const taken = tryValue(state, { path: entry.path, value, context });
  return draftAt(taken, entry.path).problem ? { state: taken } : next(taken, context);
}

/** Takes the typed line; the text stays as it was typed where it is refused. */
export function takeTyped(state: WizardState, context: WizardContext): WizardMove {
  const entry = standing(state, context);
  if (entry.kind !== 'question') return { state };
  const parsed = parseTyped(entry.question, lineText(entry, state));
  if ('problem' in parsed) return { state: withDraft(state, entry.path, { problem: parsed.problem }) };
  return take(state, parsed.value, context);
}

/** What stands in the input line: what is typed, else what is stored, else what is preset. */
export function lineText(entry: Extract<Entry, { kind: 'question' }>, state: WizardState): string {
  const { question, path } = entry;
  return draftAt(state, path).text ?? typedText(question, valueAt(state.answers, path) ?? question.default);
}

/** Whether the input line still shows what is suggested, untouched; also where that is the answer already. */
export function isPreset(entry: Extract<Entry, { kind: 'question' }>, state: WizardState): boolean {
  const suggested = entry.question.default;
  const value = valueAt(state.answers, entry.path) ?? suggested;
  return (
    suggested !== undefined &&
    draftAt(state, entry.path).text === undefined &&
    typedText(entry.question, value) === typedText(entry.question, suggested)
  );
}

/**
 * Whether the first character typed takes the place of what stands there: where that was only suggested, and of a
 * number, which nobody writes on at its end (7 typed at 3 guests made 37 of them).
 */
export function typingReplaces(entry: Extract<Entry, { kind: 'question' }>, state: WizardState): boolean {
  const untouched = draftAt(state, entry.path).text === undefined;
  return isPreset(entry, state) || (untouched && entry.question.kind === 'number');
}

/** To the next stop. At the end of a level that has no problems, on to what follows it. */
export function next(state: WizardState, context: WizardContext): WizardMove {
  const way = wayOf(context.questions(state.answers), state);
  const at = way.indexOf(currentEntry(way, state));
  const entry = way[at + 1] ?? way[way.length - 1]!;
  const there = standingOn(state, entry.id);
  if (entry.kind !== 'end') return { state: there };
  return openProblems(there, context).length > 0 ? { state: there } : finish(there, context);
}

/** Ends the open level: back to the question that it belongs to, or to the review. */
export function finish(state: WizardState, context: WizardContext): WizardMove {
  if (openProblems(state, context).length > 0) return { state };
  if (state.level.length === 0) return { state, effect: 'review' };
  const up = closeLevel(state);
  const { path, item } = ownerOf(state.level);
  if (item === undefined) return next(up, context);
  const items = valueAt(up.answers, path);
  // Behind the items stand "add another" and "go on".
  return { state: withDraft(up, path, { cursor: (Array.isArray(items) ? items.length : 0) + 1 }) };
}

/** One stop back, out of the level, or out of the wizard. A typed line that holds good is taken, any other is kept. */
export function back(state: WizardState, context: WizardContext): WizardMove {
  const kept = keepTyped(state, context);
  const way = wayOf(context.questions(kept.answers), kept);
  const at = way.indexOf(currentEntry(way, kept));
  const before = way[at - 1];
  if (before) return { state: standingOn(kept, before.id) };
  if (kept.level.length === 0) return { state: kept, effect: 'leave' };
  return { state: withoutEmptyItem(closeLevel(kept), kept.level) };
}

/** Opens a group, or an item of a list; an item that is not there yet is made. */
export function openLevel(state: WizardState, level: Path): WizardState {
  const answers =
    valueAt(state.answers, level) === undefined ? withValue(state.answers, level, {}) : state.answers;
  return { ...state, answers, level };
}

export function removeItem(state: WizardState, list: Path, index: number): WizardState {
  const without = { ...state, answers: withoutItem(state.answers, list, index) };
  return withoutItemDrafts(withDraft(without, list, { removing: false, cursor: index }), list, index);
}

/** To where the answer at a path of an issue is given. */
export function goTo(state: WizardState, path: string, context: WizardContext): WizardState {
  const place = placeOf(context.questions(state.answers), path);
  if (!place) return state;
  const there = standingOn({ ...state, level: place.level }, place.entry);
  const known = wayOf(context.questions(there.answers), there).some((entry) => entry.id === place.entry);
  return known ? there : { ...there, detailed: [...there.detailed, pathText(place.level)] };
}

/** All that keeps the open level from being done: what the check says, and lines typed but not valid. */
export function openProblems(state: WizardState, context: WizardContext): Issue[] {
  const found = context.check(state.answers, { complete: true });
  const inLevel = (path: string) =>
    state.level.length === 0 ||
    path === pathText(state.level) ||
    path.startsWith(`${pathText(state.level)}.`);
  const issues = found.filter((issue) => issue.severity === 'error' && inLevel(issue.path ?? ''));
  const typed = Object.entries(state.drafts).flatMap(([path, draft]): Issue[] =>
    draft.problem && inLevel(path) && !issues.some((issue) => issue.path === path)
      ? [{ message: draft.problem, severity: 'error', path }]
      : [],
  );
  return [...issues, ...typed];
}

export function standing(state: WizardState, context: WizardContext): Entry {
  return currentEntry(wayOf(context.questions(state.answers), state), state);
}

function tryValue(
  state: WizardState,
  { path, value, context }: { path: Path; value: unknown; context: WizardContext },
): WizardState {
  const answers = withValue(state.answers, path, value);
  const problems = problemsOf(path, context.check(answers, { complete: false }));
  if (problems.length > 0) {
    return withDraft(state, path, { problem: problems.map((issue) => issue.message).join(' ') });
  }
  return { ...withoutDraft(state, path), answers };
}

/** Takes a typed line that holds good without going on; any other is kept with what is wrong about it. */
export function keepTyped(state: WizardState, context: WizardContext): WizardState {
  const entry = standing(state, context);
  if (entry.kind !== 'question' || !isTyped(entry, state)) return state;
  const text = draftAt(state, entry.path).text;
  if (text === undefined) return state;
  const parsed = parseTyped(entry.question, text);
  if ('problem' in parsed) {
    // Nothing typed into nothing answered is no mistake yet.
    return text.trim() === '' ? state : withDraft(state, entry.path, { problem: parsed.problem });
  }
  return tryValue(state, { path: entry.path, value: parsed.value, context });
}

function closeLevel(state: WizardState): WizardState {
  const { path } = ownerOf(state.level);
  const { [pathText(state.level)]: _at, ...at } = state.at;
  return { ...state, at, level: path.slice(0, -1) };
}

/** The question that a level belongs to; `item` where it is one of a list. */
function ownerOf(level: Path): { path: Path; item?: number } {
  const last = level[level.length - 1];
  return typeof last === 'number' ? { path: level.slice(0, -1), item: last } : { path: level };
}

/** An item that was opened and left without an answer was not wanted. */
function withoutEmptyItem(state: WizardState, level: Path): WizardState {
  const { path, item } = ownerOf(level);
  const value = valueAt(state.answers, level);
  if (typeof value !== 'object' || value === null || Object.keys(value).length > 0) return state;
  const typed = Object.entries(state.drafts).some(
    ([key, { text }]) => key.startsWith(`${pathText(level)}.`) && text?.trim(),
  );
  if (typed) return state;
  return item === undefined
    ? { ...withoutDrafts(state, level), answers: withValue(state.answers, level, undefined) }
    : removeItem(state, path, item);
}
