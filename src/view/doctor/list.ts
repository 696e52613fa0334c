import type { Severity } from '../../doctor/check.ts';
import { type Counts, countsOf } from '../../doctor/figures.ts';
import { mergedByNode } from '../../doctor/merge.ts';
import type { DoctorItem } from './session.ts';
import type { DoctorState, JobState } from './state.ts';

/** What one or several nodes say alike: a line of the list. */
export interface ShownFinding {
  /** The same as long as the same is said, however many nodes say it. */
  key: string;
  /** `pve1`, `all nodes`; `''` where none is meant in particular. */
  where: string;
  /** One per node. */
  members: readonly [DoctorItem, ...DoctorItem[]];
  /** It is looked at right now; what is shown was said before. */
  waiting: boolean;
}

export interface ShownGroup {
  id: string;
  counts: Counts;
  /** So many checks have not spoken yet, each on each node. */
  waiting: number;
  /** Some have not spoken, and are not waited for any more. */
  partial: boolean;
}

/** What of all is listed. */
export interface Narrowing {
  /** `all`, or a group of checks. */
  group: string;
  show: Show;
  /** Words that all must be somewhere in the finding. */
  find: string;
}

/** From the narrowest that is worth a key to everything. */
export const shows = ['remarks', 'warnings', 'failures', 'fixable', 'everything'] as const;
export type Show = (typeof shows)[number];

export const showWords: Readonly<Record<Show, string>> = {
  remarks: 'remarks and worse',
  warnings: 'warnings and worse',
  failures: 'failures only',
  fixable: 'what can be fixed here',
  everything: 'everything, what passed too',
};

/** Everything that was said, the worst first, then in the order of the checks. */
export function findingsOf({ jobs, nodes }: Pick<DoctorState, 'jobs' | 'nodes'>): ShownFinding[] {
  const said = jobs.flatMap((job) => job.items.map((item) => ({ ...item, waiting: job.waiting })));
  const findings = mergedByNode(said, nodes).map(
    ({ members, where }): ShownFinding => ({
      key: `${members[0].id} ${members[0].message}`,
      where,
      members,
      waiting: members.some((member) => member.waiting),
    }),
  );
  return findings.sort((one, other) => rank(one) - rank(other));
}

/** The groups of the checks in their order, each with what was said there. */
export function groupsOf(jobs: readonly JobState[], findings: readonly ShownFinding[]): ShownGroup[] {
  const ids = [...new Set(jobs.map((job) => job.group))];
  return ids.map((id) => {
    const items = findings.map(first).filter((item) => item.group === id);
    const own = jobs.filter((job) => job.group === id);
    return { id, ...standOf(own, items) };
  });
}

/** How some checks stand together. */
export function standOf(jobs: readonly JobState[], items: readonly DoctorItem[]): Omit<ShownGroup, 'id'> {
  return {
    counts: countsOf(items),
    waiting: jobs.filter((job) => job.waiting).length,
    partial: jobs.some((job) => !job.waiting && job.items.length === 0),
  };
}

export function narrowed(
  findings: readonly ShownFinding[],
  { group, show, find }: Narrowing,
): ShownFinding[] {
  const words = find.toLowerCase().split(/\s+/).filter(Boolean);
  return findings.filter((finding) => {
    const item = first(finding);
    const text = `${item.id} ${item.group} ${item.title} ${finding.where} ${item.message}`.toLowerCase();
    return (
      (group === 'all' || item.group === group) &&
      isShown(finding, show) &&
      words.every((word) => text.includes(word))
    );
  });
}

/** What mending it changes, node by node; empty where a person has to do it. */
export function mendable(findings: readonly ShownFinding[]): DoctorItem[] {
  return findings.flatMap(({ members }) => members.filter((item) => item.changes !== undefined));
}

export function first({ members: [item] }: ShownFinding): DoctorItem {
  return item;
}

/** `pve1: the message`. */
export function sentenceOf({ where, members: [{ message }] }: ShownFinding): string {
  return where ? `${where}: ${message}` : message;
}

function isShown(finding: ShownFinding, show: Show): boolean {
  const { severity } = first(finding);
  switch (show) {
    case 'everything':
      return true;
    case 'fixable':
      return mendable([finding]).length > 0;
    case 'failures':
      return severity === 'fail';
    case 'warnings':
      return severity === 'fail' || severity === 'warn';
    case 'remarks':
      return severity !== 'pass' && severity !== 'skip';
  }
}

function rank(finding: ShownFinding): number {
  return order.indexOf(first(finding).severity);
}

const order: readonly Severity[] = ['fail', 'warn', 'info', 'pass', 'skip'];
