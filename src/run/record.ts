import type { Json } from '../plan/step.ts';
import type { Attempt } from '../plan/verb.ts';
import type { RunEvent, RunStatus } from './events.ts';

/** What a journal says of a run so far: all that `resume` and `undo` need to know. */
export interface RunRecord {
  run: string;
  title: string;
  target: string;
  started: number;
  process: { pid: number; machine: string };
  steps: ReadonlyMap<string, StepRecord>;
  /** Undefined while the run has not come to an end. */
  status: RunStatus | undefined;
  undone: boolean;
}

export interface StepRecord {
  /** `begun`: there is an intent and nothing after it, so nobody knows whether it happened. */
  state: 'planned' | 'begun' | 'done' | 'unchanged' | 'failed' | 'undone';
  receipt: Json | undefined;
  attempt: Attempt;
}

/** Folds a journal's events. */
export function recordOf(events: readonly RunEvent[]): RunRecord {
  const steps = new Map<string, StepRecord>();
  let record: Omit<RunRecord, 'steps'> | undefined;
  let undoing = false;
  for (const event of events) {
    if (event.type === 'run-started') {
      undoing = event.mode === 'undo';
      record = {
        run: event.run,
        title: event.title,
        target: event.target,
        started: record?.started ?? event.time,
        process: event.process,
        status: undefined,
        undone: false,
      };
      for (const { id } of event.steps) if (!steps.has(id)) steps.set(id, planned());
    } else if (event.type === 'run-finished' && record) {
      record.status = event.status;
      record.undone = undoing && event.status === 'ok';
    } else if ('step' in event && event.step) {
      const before = steps.get(event.step) ?? planned();
      steps.set(event.step, undoing ? afterUndo(before, event) : afterApply(before, event));
    }
  }
  if (!record) throw new Error('a journal without a run-started event');
  return { ...record, steps };
}

function planned(): StepRecord {
  return { state: 'planned', receipt: undefined, attempt: { notes: [], upids: [], since: 0 } };
}

function afterApply(step: StepRecord, event: RunEvent): StepRecord {
  switch (event.type) {
    case 'step-started':
      return {
        ...step,
        state: 'begun',
        attempt: { ...step.attempt, since: step.attempt.since || event.time },
      };
    case 'step-note':
      return { ...step, attempt: { ...step.attempt, notes: [...step.attempt.notes, event.data] } };
    case 'step-task':
      return { ...step, attempt: { ...step.attempt, upids: [...step.attempt.upids, event.upid] } };
    case 'step-done':
      return { ...step, state: 'done', receipt: event.receipt };
    case 'step-unchanged':
      return { ...step, state: 'unchanged', receipt: event.receipt };
    case 'step-failed':
      return { ...step, state: 'failed' };
    default:
      return step;
  }
}

function afterUndo(step: StepRecord, event: RunEvent): StepRecord {
  return event.type === 'step-done' ? { ...step, state: 'undone' } : step;
}
