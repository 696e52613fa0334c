import type { Capability } from '../../doctor/capabilities.ts';
import { harmless } from '../text/harmless.ts';
import type { DoctorEvent, DoctorItem, DoctorJob, MendOutcome } from './session.ts';

/** All that the doctor has said so far, and what it does right now. */
export interface DoctorState {
  look: 'never' | 'reaching' | 'running' | 'done' | 'cancelled' | 'failed';
  /** What was thrown in place of an end. */
  error?: unknown;
  /** Milliseconds that the last look at everything took. */
  took?: number;
  /** The ids of the last look's checks, where it was at some only. */
  only?: readonly string[];
  /** Nodes that are up. */
  nodes: readonly string[];
  /** In the order of the checks; what was said stays until it is said anew. */
  jobs: readonly JobState[];
  capabilities: readonly Capability[];
  /** What is mended, or was the last time. */
  mends: readonly MendState[];
  mending: 'no' | 'running' | 'stopping' | 'over';
}

export interface JobState extends DoctorJob {
  waiting: boolean;
  items: readonly DoctorItem[];
}

export interface MendState {
  item: DoctorItem;
  status: 'waiting' | 'running' | MendOutcome['status'] | 'left out';
  outcome?: MendOutcome;
}

export const newDoctor: DoctorState = {
  look: 'never',
  nodes: [],
  jobs: [],
  capabilities: [],
  mends: [],
  mending: 'no',
};

/** What the session tells, and what its user does. */
export type DoctorChange =
  | DoctorEvent
  | { type: 'look-asked'; only?: readonly string[] }
  | { type: 'look-cancelled' }
  | { type: 'look-failed'; error: unknown }
  | { type: 'mend-asked'; items: readonly DoctorItem[] }
  | { type: 'mend-stopping' }
  /** `error`: what was thrown, so that those that are left were not tried. */
  | { type: 'mend-over'; error?: unknown }
  | { type: 'mend-dismissed' };

export function reduceDoctor(state: DoctorState, change: DoctorChange): DoctorState {
  switch (change.type) {
    case 'look-asked': {
      const { error: _error, only: _only, ...rest } = state;
      return { ...rest, look: 'reaching', ...(change.only ? { only: change.only } : {}) };
    }
    case 'look-began':
      return {
        ...state,
        look: 'running',
        nodes: change.nodes,
        jobs: begun(state.jobs, { jobs: change.jobs, only: state.only }),
      };
    case 'spoke':
      return { ...state, jobs: spoken(state.jobs, change) };
    case 'look-ended':
      return {
        ...state,
        look: 'done',
        jobs: settled(state.jobs),
        capabilities: change.capabilities,
        ...(state.only ? {} : { took: change.took }),
      };
    case 'look-cancelled':
      return { ...state, look: 'cancelled', jobs: settled(state.jobs) };
    case 'look-failed':
      return { ...state, look: 'failed', error: change.error, jobs: settled(state.jobs) };
    case 'mend-asked':
      return {
        ...state,
        mending: 'running',
        mends: change.items.map((item) => ({ item, status: 'waiting' })),
      };
    case 'mend-began':
      return { ...state, mends: mended(state.mends, change.ref, { status: 'running' }) };
    case 'mend-ended': {
      const { ref, outcome } = change;
      return { ...state, mends: mended(state.mends, ref, { status: outcome.status, outcome }) };
    }
    case 'mend-stopping':
      return { ...state, mending: 'stopping' };
    case 'mend-over':
      return { ...state, mending: 'over', mends: state.mends.map((mend) => ended(mend, change.error)) };
    case 'mend-dismissed':
      return { ...state, mending: 'no', mends: [] };
  }
}

/** A look at everything brings its own list; one at some checks only marks those. */
function begun(
  jobs: readonly JobState[],
  { jobs: asked, only }: { jobs: readonly DoctorJob[]; only: readonly string[] | undefined },
): readonly JobState[] {
  const known = new Map(jobs.map((job) => [job.key, job]));
  const waiting = asked.map((job) => ({ ...job, waiting: true, items: known.get(job.key)?.items ?? [] }));
  if (!only || jobs.length === 0) return waiting;
  const anew = new Map(waiting.map((job) => [job.key, job]));
  return jobs.map((job) => anew.get(job.key) ?? job);
}

function spoken(
  jobs: readonly JobState[],
  { job: key, items }: { job: string; items: readonly DoctorItem[] },
): readonly JobState[] {
  return jobs.map((job) =>
    job.key === key ? { ...job, waiting: false, items: items.map(harmlessItem) } : job,
  );
}

/** What nodes say is drawn in many places. */
function harmlessItem(item: DoctorItem): DoctorItem {
  const { fix, changes } = item;
  const command = fix?.command;
  return {
    ...item,
    message: harmless(item.message),
    ...(fix
      ? {
          fix: { text: harmless(fix.text), ...(command === undefined ? {} : { command: harmless(command) }) },
        }
      : {}),
    ...(changes ? { changes: changes.map((line) => ({ ...line, text: harmless(line.text) })) } : {}),
  };
}

/** Nobody is waited for any more. */
function settled(jobs: readonly JobState[]): readonly JobState[] {
  return jobs.map((job) => (job.waiting ? { ...job, waiting: false } : job));
}

function mended(
  mends: readonly MendState[],
  ref: string,
  how: Pick<MendState, 'status' | 'outcome'>,
): readonly MendState[] {
  return mends.map((mend) => (mend.item.ref === ref ? { ...mend, ...how } : mend));
}

function ended(mend: MendState, error: unknown): MendState {
  if (mend.status === 'waiting') return { ...mend, status: 'left out' };
  if (mend.status !== 'running') return mend;
  const why = error instanceof Error ? error.message : 'it did not come to its end';
  return { ...mend, status: 'failed', outcome: { status: 'failed', why, left: [] } };
}
