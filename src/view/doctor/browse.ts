import { moved } from '../scroll.ts';
import type { Typing } from '../typing.ts';
import { first, type Narrowing, narrowed, type Show, type ShownFinding, shows } from './list.ts';
import type { DoctorItem } from './session.ts';

/** Where the user is in what the doctor said. Kept while other screens are open. */
export interface DoctorBrowse extends Narrowing {
  /** The line of `find` while it is typed. */
  typing?: Typing;
  /** The finding that was chosen last, and where it stood. */
  chosen?: string;
  place: number;
  /** `list`; `details`: of the one that is chosen, in full; `fix`: the changes, before they are made. */
  view: 'list' | 'details' | 'fix';
  /** First line of details and changes that is shown. */
  from: number;
  /** What is asked about in `fix`. */
  fixing: readonly DoctorItem[];
  /** An answer to the last key. */
  notice?: string;
}

/** The last line of the groups: what can be done here. */
export const USES = '#uses';

export const newBrowse: DoctorBrowse = {
  group: 'all',
  show: 'remarks',
  find: '',
  place: 0,
  view: 'list',
  from: 0,
  fixing: [],
};

/** Where the cursor stands: at what was chosen, as long as it is there; else where that was. */
export function cursorOf(browse: DoctorBrowse, keys: readonly string[]): number {
  const at = browse.chosen === undefined ? -1 : keys.indexOf(browse.chosen);
  return at >= 0 ? at : Math.max(0, Math.min(browse.place, keys.length - 1));
}

export function listedFindings(browse: DoctorBrowse, findings: readonly ShownFinding[]): ShownFinding[] {
  return browse.group === USES ? [] : narrowed(findings, browse);
}

/**
 * The finding that keys and details are about. One whose details are open is stayed with, although it may have
 * become well meanwhile, and is not listed any more.
 */
export function chosenFinding(
  browse: DoctorBrowse,
  findings: readonly ShownFinding[],
): ShownFinding | undefined {
  if (browse.view === 'details' && browse.group !== USES) {
    const id = browse.chosen?.split(' ')[0];
    return (
      findings.find(({ key }) => key === browse.chosen) ??
      findings.find((finding) => first(finding).id === id)
    );
  }
  const listed = listedFindings(browse, findings);
  const keys = listed.map(({ key }) => key);
  return listed[cursorOf(browse, keys)];
}

export function movedTo(browse: DoctorBrowse, by: number, keys: readonly string[]): DoctorBrowse {
  const place = moved(cursorOf(browse, keys), by, keys.length);
  const key = keys[place];
  return { ...browse, place, ...(key === undefined ? {} : { chosen: key }) };
}

/** To the next group or the one before; there the cursor begins at the worst. */
export function inGroup(browse: DoctorBrowse, by: number, groups: readonly string[]): DoctorBrowse {
  const group = groups[moved(Math.max(0, groups.indexOf(browse.group)), by, groups.length)] ?? 'all';
  return atTop({ ...browse, group });
}

export function nextShow(browse: DoctorBrowse): DoctorBrowse {
  const show: Show = shows[(shows.indexOf(browse.show) + 1) % shows.length] ?? 'everything';
  // The finding that is chosen stays so, where it is still listed.
  return { ...browse, show, place: 0 };
}

/** What is typed narrows the list at once. */
export function typed(browse: DoctorBrowse, typing: Typing): DoctorBrowse {
  return atTop({ ...browse, typing, find: typing.text });
}

export function typingEnded(browse: DoctorBrowse, { keep }: { keep: boolean }): DoctorBrowse {
  const { typing: _, ...rest } = browse;
  return keep ? rest : atTop({ ...rest, find: '' });
}

/** Nothing chosen: the cursor stands at the worst. */
export function atTop({ chosen: _, ...browse }: DoctorBrowse): DoctorBrowse {
  return { ...browse, place: 0 };
}
