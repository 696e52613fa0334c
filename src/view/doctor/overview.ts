import { type Counts, countsOf, countWords } from '../../doctor/figures.ts';
import { windowAround } from '../scroll.ts';
import type { Cell } from '../text/cells.ts';
import { counted } from '../text/durations.ts';
import { textWidth } from '../text/fit.ts';
import type { Signs } from '../text/signs.ts';
import { chosenFinding, cursorOf, type DoctorBrowse, listedFindings, USES } from './browse.ts';
import { capabilityDetails, findingDetails } from './details.ts';
import { first, groupsOf, narrowed, type ShownFinding, standOf } from './list.ts';
import { capabilityCells, findingCells, groupCells } from './rows.ts';
import type { DoctorState } from './state.ts';

interface Shown {
  browse: DoctorBrowse;
  state: DoctorState;
  findings: readonly ShownFinding[];
  signs: Signs;
}

/** All, the groups of the checks, and what can be done here. */
export function groupLines({ browse, state, findings, signs }: Shown): Cell[][] {
  const all = { id: 'all', ...standOf(state.jobs, findings.map(first)) };
  return [
    ...[all, ...groupsOf(state.jobs, findings)].map((group) => ({ ...group, title: group.id })),
    { id: USES, title: 'what works here' },
  ].map((group) => groupCells(group, { here: group.id === browse.group, signs }));
}

/** The part of the list that is in sight, and where in it the cursor stands: `3 of 40`. */
export function listLines(
  { browse, state, findings, signs }: Shown,
  { width, height }: { width: number; height: number },
): { lines: Cell[][]; where: string } {
  const uses = browse.group === USES;
  const listed = listedFindings(browse, findings);
  const count = uses ? state.capabilities.length : listed.length;
  if (count === 0) return { lines: emptyLines({ browse, state, findings, signs }), where: '' };
  const keys = uses ? state.capabilities.map(({ section }) => section) : listed.map(({ key }) => key);
  const cursor = cursorOf(browse, keys);
  const part = windowAround(cursor, count, height);
  const ids = Math.min(Math.floor(width / 2), Math.max(0, ...listed.map((one) => textWidth(first(one).id))));
  const titles = Math.max(0, ...state.capabilities.map(({ title }) => textWidth(title)));
  const lines = uses
    ? state.capabilities.map((one, at) => capabilityCells(one, { here: at === cursor, signs, titles }))
    : listed.map((one, at) => findingCells(one, { here: at === cursor, signs, ids }));
  return { lines: lines.slice(part.from, part.to), where: `${cursor + 1} of ${count} ` };
}

/** What is known of the one that is chosen; of nothing where nothing is. Without `room` all of it. */
export function detailLines(
  { browse, state, findings, signs }: Shown,
  { width, room }: { width: number; room?: number },
): Cell[][] {
  if (browse.group === USES) {
    const keys = state.capabilities.map(({ section }) => section);
    const chosen = state.capabilities[cursorOf(browse, keys)];
    return chosen ? capabilityDetails(chosen, { findings, signs, width }) : [];
  }
  const finding = chosenFinding(browse, findings);
  return finding ? findingDetails(finding, { signs, width, ...(room === undefined ? {} : { room }) }) : [];
}

/** `PVE-HOSTS was looked at again: 1 failed, 2 passed`, with the counts. */
export function againText(
  { jobs }: Pick<DoctorState, 'jobs'>,
  only: readonly string[],
): { text: string; counts: Counts } {
  const counts = countsOf(jobs.filter(({ id }) => only.includes(id)).flatMap((job) => job.items));
  return { text: `${only.join(', ')} was looked at again: ${countWords(counts)}`, counts };
}

/** Why nothing is listed, and which key shows more. */
function emptyLines({ browse, state, findings, signs }: Shown): Cell[][] {
  const line = (cells: Cell[]): Cell[] => [{ text: '  ', said: '' }, ...cells];
  const dim = (text: string): Cell[] => line([{ text, as: 'dim', grow: true }]);
  const waiting = state.jobs.some((job) => job.waiting);
  if (browse.group === USES)
    return [dim(waiting ? 'Known once all checks have spoken.' : 'Not known: not all was looked at.')];
  const others = narrowed(findings, { ...browse, show: 'everything' });
  if (browse.find)
    return [
      dim(`Nothing listed has "${browse.find}" in it.`),
      ...(others.length > 0 ? [dim(`${counted(others.length, 'other')} could be: s lists more.`)] : []),
    ];
  if (waiting) return [dim('Nothing so far.')];
  const rest = countWords(countsOf(others.map(first)));
  if (others.length === 0) return [dim('Nothing was looked at here.')];
  return [
    line([
      { text: `${signs.ok} `, as: 'ok', said: '' },
      { text: browse.show === 'remarks' ? 'Nothing is wrong here.' : 'None of this kind.', grow: true },
    ]),
    dim(`${rest}: s lists more of them.`),
  ];
}
