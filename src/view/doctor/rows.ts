import type { Capability } from '../../doctor/capabilities.ts';
import type { Severity } from '../../doctor/check.ts';
import { type Counts, countsOf, countWords } from '../../doctor/figures.ts';
import type { Cell, Tint } from '../text/cells.ts';
import { counted, durationText } from '../text/durations.ts';
import { textWidth } from '../text/fit.ts';
import type { Signs } from '../text/signs.ts';
import { type DoctorBrowse, USES } from './browse.ts';
import { first, type ShownFinding, type ShownGroup, sentenceOf, showWords } from './list.ts';
import type { DoctorState } from './state.ts';

/** The sign of a severity with its colour, and its word for ears. */
export function severitySign(severity: Severity, signs: Signs): Cell {
  return { text: signOf(severity, signs), as: tints[severity], said: `${words[severity]}:` };
}

function signOf(severity: Severity, signs: Signs): string {
  switch (severity) {
    case 'fail':
      return signs.failed;
    case 'warn':
      return signs.warning;
    case 'info':
      return signs.idle;
    case 'pass':
      return signs.ok;
    case 'skip':
      return '-';
  }
}

const words: Readonly<Record<Severity, string>> = {
  fail: 'failed',
  warn: 'warning',
  info: 'remark',
  pass: 'passed',
  skip: 'skipped',
};

const tints: Readonly<Record<Severity, Tint>> = {
  fail: 'failed',
  warn: 'warning',
  info: 'plain',
  pass: 'ok',
  skip: 'dim',
};

/** `✗ 1 failed  ! 2 warnings  · 4 remarks  ✓ 79 passed  - 22 skipped`, and how the looking stands. */
export function summaryCells(
  state: DoctorState,
  {
    findings,
    signs,
    spinner,
    width,
  }: { findings: readonly ShownFinding[]; signs: Signs; spinner: string; width: number },
): Cell[] {
  const counts = countsOf(findings.map(first));
  const some = severities.filter((severity) => counts[severity] > 0);
  const stand = standCells(state, { signs, spinner });
  const line = (worded: readonly Severity[]): Cell[] => [
    { text: ' ', said: '' },
    ...some.flatMap((severity): Cell[] => {
      const said = countWords({ ...none, [severity]: counts[severity] });
      return [
        { ...severitySign(severity, signs), said: '' },
        { text: ` ${worded.includes(severity) ? said : counts[severity]}  `, said: `${said},` },
      ];
    }),
    { text: '', grow: true },
    ...stand,
  ];
  // Where there is no room for all words, signs stand for those that matter least.
  const lines = [severities, ['fail', 'warn', 'info'], []].map((worded) => line(worded as Severity[]));
  return lines.find((cells) => widthOf(cells) <= width) ?? line([]).slice(0, -stand.length);
}

function widthOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + textWidth(cell.text), 0);
}

function standCells(state: DoctorState, { signs, spinner }: { signs: Signs; spinner: string }): Cell[] {
  const over = state.jobs.filter((job) => !job.waiting).length;
  switch (state.look) {
    case 'running':
      return [
        { text: `${spinner} `, as: 'accent', said: '' },
        { text: `${over} of ${state.jobs.length} looked at `, as: 'dim' },
      ];
    case 'cancelled':
      return [{ text: `${signs.warning} cancelled: not all was looked at `, as: 'warning' }];
    default: {
      const checks = new Set(state.jobs.map((job) => job.id)).size;
      const time = state.took === undefined ? '' : ` in ${durationText(state.took)}`;
      return checks > 0 ? [{ text: `${counted(checks, 'check')}${time} `, as: 'dim' }] : [];
    }
  }
}

/** `Listed: remarks and worse, with "zfs"`. */
export function narrowingText({ group, show, find }: DoctorBrowse, named: boolean): string {
  if (group === USES) return 'What can be done here, and what it lacks';
  const where = named && group !== 'all' ? ` of ${group}` : '';
  return `Listed: ${showWords[show]}${where}${find ? `, with "${find}"` : ''}`;
}

/** A group with its failures and warnings; where it has none, whether it is well. */
export function groupCells(
  group: { id: string; title: string } & Partial<Omit<ShownGroup, 'id'>>,
  { here, signs }: { here: boolean; signs: Signs },
): Cell[] {
  const { counts = none, waiting = 0, partial = false } = group;
  // That all is well is said of a group only when all of it has spoken.
  const known = counts.fail + counts.warn > 0 || (waiting === 0 && (!partial || counts.info > 0));
  return [
    { text: here ? `${signs.cursor} ` : '  ', as: 'accent', said: here ? '(here)' : '' },
    { text: group.title, grow: true, bold: here, as: here ? 'accent' : 'plain' },
    ...(waiting > 0 ? [{ text: signs.ellipsis, as: 'dim', said: 'is looked at' } as const] : []),
    ...(known ? worstCells(counts, signs) : []),
    { text: ' ', said: '' },
  ];
}

function worstCells(counts: Counts, signs: Signs): Cell[] {
  const worst = severities.find((severity) => counts[severity] > 0);
  if (worst === undefined) return [];
  const told = worst === 'fail' || worst === 'warn' ? (['fail', 'warn'] as const) : [worst];
  return told
    .filter((severity) => counts[severity] > 0)
    .flatMap((severity): Cell[] => {
      const number = severity === 'pass' || severity === 'skip' ? '' : ` ${counts[severity]}`;
      const said = countWords({ ...none, [severity]: counts[severity] });
      return [{ ...severitySign(severity, signs), text: ` ${signOf(severity, signs)}${number}`, said }];
    });
}

export function findingCells(
  finding: ShownFinding,
  { here, signs, ids }: { here: boolean; signs: Signs; ids: number },
): Cell[] {
  const { id, severity } = first(finding);
  const sign: Cell = finding.waiting
    ? { text: signs.ellipsis.slice(0, 1), as: 'dim', said: 'looked at again:' }
    : severitySign(severity, signs);
  return [
    { text: here ? `${signs.cursor} ` : '  ', as: 'accent', said: here ? '(here)' : '' },
    { ...sign, width: 2 },
    { text: id, width: ids, bold: here, as: here ? 'accent' : 'plain' },
    { text: '  ', said: '' },
    { text: sentenceOf(finding), grow: true },
  ];
}

/** `✗ DHCP by Kea  lacks KEA-INSTALLED, KEA-AGENT`. */
export function capabilityCells(
  { title, missing, unknown }: Capability,
  { here, signs, titles }: { here: boolean; signs: Signs; titles: number },
): Cell[] {
  const severity = missing.length > 0 ? 'fail' : unknown.length > 0 ? 'skip' : 'pass';
  const text =
    severity === 'fail'
      ? `see ${missing.join(', ')}`
      : severity === 'skip'
        ? 'not all could be looked at'
        : 'can be done';
  const said = { fail: 'not possible yet:', skip: 'not known:', pass: 'possible:' }[severity];
  return [
    { text: here ? `${signs.cursor} ` : '  ', as: 'accent', said: here ? '(here)' : '' },
    { ...severitySign(severity, signs), width: 2, said },
    { text: title, width: titles, bold: here, as: here ? 'accent' : 'plain' },
    { text: '  ', said: '' },
    { text, grow: true, as: 'dim' },
  ];
}

/** For the menu: what stands behind its line once it is known. */
export function doctorStatus(
  state: DoctorState,
  { findings, signs }: { findings: readonly ShownFinding[]; signs: Signs },
): { summary: string; status?: Cell } {
  const counts = countsOf(findings.map(first));
  if (state.look === 'running' || state.look === 'reaching')
    return { summary: `looking at the nodes ${signs.ellipsis}` };
  if (state.look === 'failed')
    return {
      summary: 'could not look',
      status: { text: `${signs.warning} open to see why`, as: 'warning' },
    };
  if (state.look === 'never') return { summary: 'what is wrong here, why, and how to fix it' };
  const status: Cell =
    counts.fail > 0
      ? { text: `${signs.failed} ${counts.fail}`, as: 'failed', said: `${counts.fail} failed` }
      : counts.warn > 0
        ? { text: `${signs.warning} ${counts.warn}`, as: 'warning', said: '' }
        : { text: `${signs.ok} well`, as: 'ok', said: 'well' };
  const troubles = countWords({ ...none, fail: counts.fail, warn: counts.warn, info: counts.info });
  return {
    summary: troubles || 'nothing is wrong',
    ...(state.look === 'cancelled' && counts.fail + counts.warn === 0 ? {} : { status }),
  };
}

const none: Counts = { pass: 0, info: 0, warn: 0, fail: 0, skip: 0 };
const severities: readonly Severity[] = ['fail', 'warn', 'info', 'pass', 'skip'];
