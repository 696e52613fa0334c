import { isCtrl, isLetter, type Press } from '../press.ts';
import { type, typingOf } from '../typing.ts';
import {
  atTop,
  chosenFinding,
  type DoctorBrowse,
  inGroup,
  listedFindings,
  movedTo,
  nextShow,
  typed,
  typingEnded,
  USES,
} from './browse.ts';
import { findingsOf, first, groupsOf, mendable } from './list.ts';
import type { DoctorItem } from './session.ts';
import type { DoctorState } from './state.ts';

/** What a key asks for beyond the screen itself. */
export type DoctorAct =
  | { do: 'back' | 'help' | 'cancel' | 'stop' | 'dismiss' | 'leave' }
  /** Without `only`: at everything. */
  | { do: 'look'; only?: readonly string[] }
  | { do: 'mend'; items: readonly DoctorItem[] };

export interface Pressed {
  browse: DoctorBrowse;
  act?: DoctorAct;
}

/** What a key does on the doctor's screen. `lines`: how many there are to scroll through, and how many fit. */
export function doctorKey(
  press: Press,
  { browse: before, state, lines }: { browse: DoctorBrowse; state: DoctorState; lines: Lines },
): Pressed {
  const { notice: _, ...browse } = before;
  if (state.mending !== 'no') return mendingKey(press, { browse, state, lines });
  if (browse.view === 'fix') return fixKey(press, { browse, lines });
  if (browse.typing) return typingKey(press, browse);
  return browse.view === 'details'
    ? detailsKey(press, { browse, state, lines })
    : listKey(press, { browse, state });
}

export interface Lines {
  count: number;
  height: number;
}

/** The keys of a list's cursor that do the same in every list. */
const steps: Readonly<Record<string, number>> = {
  up: -1,
  down: 1,
  pageup: -10,
  pagedown: 10,
  home: -1e9,
  end: 1e9,
};

function listKey(press: Press, { browse, state }: { browse: DoctorBrowse; state: DoctorState }): Pressed {
  const findings = findingsOf(state);
  const keys = keysOf(browse, state);
  const by = steps[press.key];
  const side = { left: -1, backtab: -1, right: 1, tab: 1 }[press.key as string];
  if (by !== undefined) return { browse: movedTo(browse, by, keys) };
  if (side !== undefined) {
    const groups = ['all', ...groupsOf(state.jobs, findings).map(({ id }) => id), USES];
    return { browse: inGroup(browse, side, groups) };
  }
  if (isLetter(press, '/')) return { browse: { ...browse, typing: typingOf(browse.find) } };
  if (isLetter(press, 's')) return { browse: nextShow(browse) };
  if (press.key === 'escape' && browse.find) return { browse: typingEnded(browse, { keep: false }) };
  if (press.key === 'enter' && keys.length > 0)
    return { browse: { ...movedTo(browse, 0, keys), view: 'details', from: 0 } };
  if (press.key === 'escape' || isLetter(press, 'q')) return { browse, act: { do: 'back' } };
  if (isLetter(press, 'F')) return askToFix(mendable(listedFindings(browse, findings)), { browse, state });
  return commonKey(press, { browse, state });
}

function detailsKey(
  press: Press,
  { browse, state, lines }: { browse: DoctorBrowse; state: DoctorState; lines: Lines },
): Pressed {
  if (['escape', 'enter', 'left'].includes(press.key) || isLetter(press, 'q'))
    return { browse: { ...browse, view: 'list', from: 0 } };
  return scrolled(press, browse, lines) ?? commonKey(press, { browse, state });
}

/** What works in the list and in the details alike. */
function commonKey(press: Press, { browse, state }: { browse: DoctorBrowse; state: DoctorState }): Pressed {
  const finding = chosenFinding(browse, findingsOf(state));
  const looks = state.look === 'running' || state.look === 'reaching';
  if (isLetter(press, '?')) return { browse, act: { do: 'help' } };
  if (looks && isLetter(press, 'c')) return { browse, act: { do: 'cancel' } };
  if (isLetter(press, 'a') || isLetter(press, 'R')) {
    return looks ? noticed(browse, stillLooking) : { browse, act: { do: 'look' } };
  }
  if (isLetter(press, 'r') && finding) {
    return looks ? noticed(browse, stillLooking) : { browse, act: { do: 'look', only: [first(finding).id] } };
  }
  if (isLetter(press, 'f')) return askToFix(finding ? mendable([finding]) : [], { browse, state });
  return { browse };
}

function askToFix(
  items: readonly DoctorItem[],
  { browse, state }: { browse: DoctorBrowse; state: DoctorState },
): Pressed {
  if (state.look === 'running' || state.look === 'reaching') return noticed(browse, stillLooking);
  if (items.length === 0)
    return noticed(browse, 'Nothing here can be fixed from here: its details say what a person can do.');
  return { browse: { ...browse, view: 'fix', fixing: items, from: 0 } };
}

function fixKey(press: Press, { browse, lines }: { browse: DoctorBrowse; lines: Lines }): Pressed {
  const list: DoctorBrowse = { ...browse, view: 'list', fixing: [], from: 0 };
  // What was chosen is well then, with some luck: the worst of the rest is next.
  if (isLetter(press, 'y')) return { browse: atTop(list), act: { do: 'mend', items: browse.fixing } };
  if (isLetter(press, 'n') || isLetter(press, 'q') || press.key === 'escape' || press.key === 'left')
    return { browse: list };
  return scrolled(press, browse, lines) ?? { browse };
}

function mendingKey(
  press: Press,
  { browse, state, lines }: { browse: DoctorBrowse; state: DoctorState; lines: Lines },
): Pressed {
  const isCancel = isLetter(press, 'c') || isCtrl(press, 'c') || press.key === 'escape';
  if (state.mending === 'over') {
    if (isCtrl(press, 'c')) return { browse, act: { do: 'leave' } };
    if (['enter', 'escape', 'left'].includes(press.key) || isLetter(press, 'q'))
      return { browse: { ...browse, from: 0 }, act: { do: 'dismiss' } };
  } else if (state.mending === 'stopping') {
    if (isCtrl(press, 'c')) return { browse, act: { do: 'leave' } };
  } else if (isCancel) return { browse, act: { do: 'stop' } };
  return scrolled(press, browse, lines) ?? { browse };
}

function typingKey(press: Press, browse: DoctorBrowse): Pressed {
  if (press.key === 'escape') return { browse: typingEnded(browse, { keep: false }) };
  if (['enter', 'up', 'down', 'tab'].includes(press.key))
    return { browse: typingEnded(browse, { keep: true }) };
  const line = browse.typing && type(browse.typing, press);
  return { browse: line ? typed(browse, line) : browse };
}

/** The keys of what is listed, in its order. */
export function keysOf(browse: DoctorBrowse, state: DoctorState): string[] {
  return browse.group === USES
    ? state.capabilities.map(({ section }) => section)
    : listedFindings(browse, findingsOf(state)).map(({ key }) => key);
}

function scrolled(press: Press, browse: DoctorBrowse, { count, height }: Lines): Pressed | undefined {
  const by = steps[press.key];
  if (by === undefined) return undefined;
  const last = Math.max(0, count - Math.max(1, height - 1));
  return { browse: { ...browse, from: Math.min(last, Math.max(0, browse.from + by)) } };
}

function noticed(browse: DoctorBrowse, notice: string): Pressed {
  return { browse: { ...browse, notice } };
}

export const stillLooking = 'The checks are still running: wait for them, or c cancels.';
