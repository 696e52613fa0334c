import type { Plan } from '../plan/plan.ts';
import type { Json } from '../plan/step.ts';
import type { Attempt } from '../plan/verb.ts';
import type { RunEvent, RunStatus } from './events.ts';
import type { JournalHead } from './journal.ts';

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
  /** It came to a good end once, whatever became of it since: its secrets are forgotten. */
  endedWell: boolean;
}

export interface StepRecord {
  /** `begun`: there is an intent and nothing after it, so nobody knows whether it happened. */
  state: 'planned' | 'begun' | 'done' | 'unchanged' | 'failed' | 'undone';
  receipt: Json | undefined;
  attempt: Attempt;
}

/** Folds a journal. One that was cut off behind its head is a run in which nothing was begun. */
export function recordOf({ head, events }: { head: JournalHead; events: readonly RunEvent[] }): RunRecord {
  const { run, label, started } = head;
  const { title, steps: planned } = head.plan as unknown as Pick<Plan, 'title' | 'steps'>;
  const steps = new Map<string, StepRecord>(planned.map((step) => [step.id, fresh()]));
  let record: Omit<RunRecord, 'steps'> = {
    run,
    title,
    target: label,
    started,
    process: head.process,
    status: undefined,
    undone: false,
    endedWell: false,
  };
  let undoing = false;
  for (const event of events) {
    if (event.type === 'run-started') {
      undoing = event.mode === 'undo';
      record = { ...record, process: event.process, status: undefined, undone: false };
    } else if (event.type === 'run-finished') {
      const { status } = event;
      const endedWell = record.endedWell || (!undoing && status === 'ok');
      record = { ...record, status, undone: undoing && status === 'ok', endedWell };
    } else if ('step' in event && event.step) {
      const before = steps.get(event.step) ?? fresh();
      steps.set(event.step, undoing ? afterUndo(before, event) : afterApply(before, event));
    }
  }
  return { ...record, steps };
}

function fresh(): StepRecord {
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
