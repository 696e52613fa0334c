import { isCtrl, isLetter, type Press } from '../press.ts';
import { moved } from '../scroll.ts';
import { type } from '../typing.ts';
import { pathText, valueAt, withValue } from './answer-path.ts';
import {
  back,
  finish,
  goTo,
  keepTyped,
  lineText,
  next,
  openLevel,
  openProblems,
  removeItem,
  standing,
  take,
  takeTyped,
  typingReplaces,
  type WizardContext,
  type WizardMove,
} from './moves.ts';
import { cursorOf, entryPath, isTyped, type PickRow, rowsOf } from './rows.ts';
import { draftAt, type WizardState, withDraft, withoutDraft } from './state.ts';
import type { Entry } from './way.ts';

/** What a key does in a wizard. */
export function wizardKey(state: WizardState, press: Press, context: WizardContext): WizardMove {
  if (isCtrl(press, 's')) return { state, effect: 'save' };
  if (isCtrl(press, 'g')) return { state, effect: 'help' };
  if (press.key === 'backtab') return back(state, context);
  const entry = standing(state, context);
  if (entry.kind === 'question' && isTyped(entry, state)) return typedKey(state, press, { entry, context });
  const rows = rowsOf(entry, state, openProblems(state, context));
  const filtering = draftAt(state, entryPath(entry, state)).filter !== undefined;
  const picking = { entry, rows, cursor: cursorOf(entry, state, rows), context };
  return filtering ? filterKey(state, press, picking) : pickKey(state, press, picking);
}

interface Typed {
  entry: Extract<Entry, { kind: 'question' }>;
  context: WizardContext;
}

function typedKey(state: WizardState, press: Press, { entry, context }: Typed): WizardMove {
  const { path, question } = entry;
  const draft = draftAt(state, path);
  const text = lineText(entry, state);
  if (press.key === 'enter' || press.key === 'tab') return takeTyped(state, context);
  if (press.key === 'escape') {
    const chosenToType = question.kind === 'choice' && (question.choices?.length ?? 0) > 0;
    return chosenToType ? { state: leaveTyping(state, context, entry) } : back(state, context);
  }
  if (press.key === 'left' && text === '') return back(state, context);
  // The first character typed replaces what is preset; any other key begins to change it.
  const replaces = press.key === 'text' && typingReplaces(entry, state);
  const before = replaces ? { text: '', caret: 0 } : { text, caret: draft.caret ?? Number.MAX_SAFE_INTEGER };
  const line = type(before, press);
  if (!line) return { state };
  // A correction takes the complaint away; the next try judges anew.
  const { problem: _problem, ...rest } = draft;
  const cleared = { ...state, drafts: { ...state.drafts, [pathText(path)]: rest } };
  return { state: withDraft(cleared, path, line) };
}

interface Picking {
  entry: Entry;
  rows: readonly PickRow[];
  cursor: number;
  context: WizardContext;
}

function pickKey(state: WizardState, press: Press, picking: Picking): WizardMove {
  const { entry, rows, cursor, context } = picking;
  const path = entryPath(entry, state);
  const row = rows[cursor];
  const to = movement(press);
  if (to !== undefined) {
    return { state: withDraft(state, path, { cursor: moved(cursor, to, rows.length), removing: false }) };
  }
  if (press.key === 'escape' || press.key === 'left') return back(state, context);
  if (press.key === 'enter') return act(state, row, picking);
  if (press.key === 'tab') return isSettled(state, entry) ? next(state, context) : { state };
  if (isLetter(press, ' ') && row?.does.do === 'mark') return { state: mark(state, picking, row) };
  if (isLetter(press, '/') && canFilter(entry))
    return { state: withDraft(state, path, { filter: '', cursor: 0 }) };
  if (isLetter(press, 's')) return { state, effect: 'save' };
  if (isLetter(press, '?')) return { state, effect: 'help' };
  if (isLetter(press, 'q')) return { state, effect: 'leave' };
  if ((isLetter(press, 'd') || press.key === 'delete') && row?.does.do === 'open') {
    if (!draftAt(state, path).removing) return { state: withDraft(state, path, { removing: true }) };
    return { state: removeItem(state, path, row.does.index) };
  }
  return { state };
}

function filterKey(state: WizardState, press: Press, picking: Picking): WizardMove {
  const path = entryPath(picking.entry, state);
  const filter = draftAt(state, path).filter ?? '';
  const to = movement(press);
  if (to !== undefined) {
    return { state: withDraft(state, path, { cursor: moved(picking.cursor, to, picking.rows.length) }) };
  }
  if (press.key === 'escape') return { state: withoutFilter(state, picking.entry) };
  if (press.key === 'enter') {
    const row = picking.rows[picking.cursor];
    if (row?.does.do !== 'mark') return act(state, row, picking);
    return { state: withoutFilter(mark(state, picking, row), picking.entry) };
  }
  const line = type({ text: filter, caret: Number.MAX_SAFE_INTEGER }, press);
  return line ? { state: withDraft(state, path, { filter: line.text, cursor: 0 }) } : { state };
}

function act(state: WizardState, row: PickRow | undefined, picking: Picking): WizardMove {
  const { entry, context } = picking;
  if (!row || row.disabled !== undefined) return { state };
  const path = entryPath(entry, state);
  const { does } = row;
  switch (does.do) {
    case 'take':
      return take(state, does.value, context);
    case 'mark':
      return take(state, marked(state, picking), context);
    case 'type':
      return { state: withDraft(withoutFilter(state, entry), path, { text: '', caret: 0 }) };
    case 'open':
      return { state: openLevel(stored(state, entry), [...path, does.index]) };
    case 'add':
      return { state: openLevel(stored(state, entry), [...path, lengthOf(stored(state, entry), entry)]) };
    case 'open-group':
      return { state: openLevel(stored(state, entry), path) };
    case 'go-on':
      return next(stored(state, entry), context);
    case 'ask':
      return next(withDetails(state, does.detailed), context);
    case 'go-to':
      return { state: goTo(state, does.path, context) };
    case 'finish':
      return finish(state, context);
  }
}

function mark(state: WizardState, picking: Picking, row: PickRow): WizardState {
  if (row.does.do !== 'mark' || row.disabled !== undefined) return state;
  const { value } = row.does;
  const picked = marked(state, picking);
  const changed = picked.includes(value)
    ? picked.filter((one) => one !== value)
    : [...picked.filter((one) => goTogether(one, value, picking.entry)), value];
  return withDraft(state, entryPath(picking.entry, state), { picked: changed, cursor: picking.cursor });
}

/** Not what stands for itself with anything else. */
function goTogether(one: string | number, other: string | number, entry: Entry): boolean {
  const choices = entry.kind === 'question' ? (entry.question.choices ?? []) : [];
  return !choices.some((choice) => choice.alone && (choice.value === one || choice.value === other));
}

/** Marked values in the order of the choices, whatever order they were marked in. */
function marked(state: WizardState, { entry }: Picking): (string | number)[] {
  if (entry.kind !== 'question') return [];
  const preset = valueAt(state.answers, entry.path) ?? entry.question.default;
  const picked = draftAt(state, entry.path).picked ?? (Array.isArray(preset) ? preset : []);
  return (entry.question.choices ?? [])
    .map((choice) => choice.value)
    .filter((value) => picked.includes(value));
}

/** Presets of a list or a group become answers as soon as they are worked with. */
function stored(state: WizardState, entry: Entry): WizardState {
  if (entry.kind !== 'question' || entry.question.default === undefined) return state;
  if (valueAt(state.answers, entry.path) !== undefined) return state;
  return { ...state, answers: withValue(state.answers, entry.path, entry.question.default) };
}

function lengthOf(state: WizardState, entry: Entry): number {
  const items = entry.kind === 'question' ? valueAt(state.answers, entry.path) : undefined;
  return Array.isArray(items) ? items.length : 0;
}

function withDetails(state: WizardState, detailed: boolean): WizardState {
  const level = pathText(state.level);
  const others = state.detailed.filter((one) => one !== level);
  return { ...state, detailed: detailed ? [...others, level] : others };
}

/** Back from typing something else to the choices; a line that holds good is kept as the answer. */
function leaveTyping(state: WizardState, context: WizardContext, entry: Typed['entry']): WizardState {
  const kept = keepTyped(state, context);
  return draftAt(kept, entry.path).text === undefined ? kept : withoutDraft(kept, entry.path);
}

function withoutFilter(state: WizardState, entry: Entry): WizardState {
  const path = entryPath(entry, state);
  const { filter: _filter, cursor: _cursor, ...rest } = draftAt(state, path);
  return { ...state, drafts: { ...state.drafts, [pathText(path)]: rest } };
}

function canFilter(entry: Entry): boolean {
  return entry.kind === 'question' && (entry.question.kind === 'choice' || entry.question.kind === 'many');
}

/** Whether a stop may be passed without choosing: answered, preset, or not needed. */
function isSettled(state: WizardState, entry: Entry): boolean {
  if (entry.kind !== 'question') return entry.kind === 'details';
  return !entry.question.required || valueAt(state.answers, entry.path) !== undefined;
}

function movement(press: Press): number | undefined {
  if (press.key === 'up') return -1;
  if (press.key === 'down') return 1;
  if (press.key === 'pageup') return -10;
  if (press.key === 'pagedown') return 10;
  if (press.key === 'home') return Number.MIN_SAFE_INTEGER;
  return press.key === 'end' ? Number.MAX_SAFE_INTEGER : undefined;
}
