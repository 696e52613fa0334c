import { RunError } from '../errors.ts';
import { inOrder } from '../plan/order.ts';
import type { Plan } from '../plan/plan.ts';
import type { Json, Step } from '../plan/step.ts';
import type { Attempt, Verb, VerbRegistry } from '../plan/verb.ts';
import { settle, stepContext, type Workplace } from './context.ts';
import { eventError } from './event-error.ts';
import type { Emit, EventError, RunEvent, RunMode, RunStatus, StepOutline } from './events.ts';
import { guestResults, withAddresses } from './guest-results.ts';
import type { Journal } from './journal.ts';
import type { RunRecord } from './record.ts';
import { type RetryPolicy, withRetries } from './retry.ts';
import { DEFAULT_LIMITS, type Limits, schedule } from './schedule.ts';
import type { Vault } from './vault.ts';

export interface ExecuteOptions {
  run: string;
  mode: Exclude<RunMode, 'undo'>;
  verbs: VerbRegistry;
  place: Workplace;
  /** Absent in a dry run. */
  journal?: Journal;
  vault?: Vault;
  /** What an earlier process did of this run. */
  past?: RunRecord;
  process: { pid: number; machine: string };
  emit: Emit;
  signal: AbortSignal;
  limits?: Limits;
  retry?: RetryPolicy;
}

export interface Outcome {
  status: RunStatus;
  changed: number;
  unchanged: number;
  failed: number;
  /** Step id → receipt, also of steps that had nothing to do. */
  receipts: ReadonlyMap<string, Json>;
}

/**
 * Walks a plan's steps as a graph: check, intent on record, apply, receipt on record. Never throws for
 * what a step does wrong; that is an event, and the outcome says so.
 */
export async function execute(plan: Plan, options: ExecuteOptions): Promise<Outcome> {
  const { run, mode, verbs, place, journal, emit, signal } = options;
  const steps = inOrder(plan.steps);
  const byId = new Map(steps.map((step) => [step.id, step]));
  const receipts = new Map<string, Json>();
  const counts = { changed: 0, unchanged: 0, failed: 0, needed: 0 };
  let firstError: EventError | undefined;

  const record = recorder(journal, emit);
  const at = (): number => place.clock.now();

  await record({
    type: 'run-started',
    time: at(),
    run,
    title: plan.title,
    target: place.facts.target.label,
    steps: steps.map((step) => outline(step, verbs)),
    mode,
    ...(plan.replacements ? { replacements: plan.replacements } : {}),
    process: options.process,
  });

  const one = async (id: string): Promise<boolean> => {
    const step = byId.get(id)!;
    const before = options.past?.steps.get(id);
    if ((before?.state === 'done' || before?.state === 'unchanged') && before.receipt !== undefined) {
      receipts.set(id, before.receipt);
      counts[before.state === 'done' ? 'changed' : 'unchanged']++;
      emit({ type: 'step-unchanged', time: at(), step: id, why: 'done before', receipt: before.receipt });
      return true;
    }
    try {
      const verb = verbOf(step, verbs);
      const begun = before && before.attempt.since > 0 ? before.attempt : undefined;
      const verdict = verb.check(step.args, place.facts);
      // An attempt that was cut off has left its mark on what the check sees: only a look-up can judge it.
      if (!verdict.needed && !begun) {
        receipts.set(id, verdict.receipt);
        counts.unchanged++;
        await record({
          type: 'step-unchanged',
          time: at(),
          step: id,
          why: verdict.why,
          receipt: verdict.receipt,
        });
        return true;
      }
      if (mode === 'dry') {
        counts.needed++;
        emit({
          type: 'step-needed',
          time: at(),
          step: id,
          ...(verdict.needed && verdict.why ? { why: verdict.why } : {}),
        });
        return true;
      }
      const started = at();
      await record({ type: 'step-started', time: started, step: id });
      const receipt = await attempts(step, verb, begun, { ...options, receipts, record });
      receipts.set(id, receipt);
      await record({ type: 'step-done', time: at(), step: id, receipt, duration: at() - started });
      counts.changed++;
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      counts.failed++;
      const said = eventError(error, `step "${id}"`);
      firstError ??= said;
      // A journal that cannot be written must not hide the first error.
      await record({ type: 'step-failed', time: at(), step: id, error: said }).catch(() =>
        emit({ type: 'step-failed', time: at(), step: id, error: said }),
      );
      return false;
    }
  };

  await schedule(steps, one, {
    limits: options.limits ?? DEFAULT_LIMITS,
    signal,
    onWaiting: (step, waitsFor) => emit({ type: 'step-waiting', time: at(), step, waitsFor }),
  });

  const status: RunStatus = counts.failed > 0 ? 'failed' : signal.aborted ? 'cancelled' : 'ok';
  const { needed, ...done } = counts;
  const guests = mode === 'dry' ? [] : await withAddresses(guestResults(plan, receipts), place, signal);
  await lastWord(
    {
      type: 'run-finished',
      time: at(),
      run,
      status,
      ...done,
      ...(mode === 'dry' ? { needed } : {}),
      ...(guests.length > 0 ? { guests } : {}),
      ...(firstError ? { error: firstError } : {}),
    },
    options,
  );
  // Only behind the last entry: a run that was cut off before it still needs them to go on.
  if (status === 'ok') await options.vault?.forget();
  return { status, ...done, receipts };
}

/** On the disk first, then for everyone to see. */
export function recorder(journal: Journal | undefined, emit: Emit): (event: RunEvent) => Promise<void> {
  return async (event) => {
    await journal?.append(event);
    emit(event);
  };
}

/** A journal that cannot take the end of a run is an error, but whoever watches is told how it ended. */
export async function lastWord(
  event: RunEvent,
  { journal, emit }: Pick<ExecuteOptions, 'journal' | 'emit'>,
): Promise<void> {
  try {
    await journal?.append(event);
  } finally {
    emit(event);
  }
}

type AttemptOptions = ExecuteOptions & {
  receipts: ReadonlyMap<string, Json>;
  record: (event: RunEvent) => Promise<void>;
};

/** Applies a step; whatever follows a first attempt, of this process or an earlier one, begins with a look-up. */
async function attempts(
  step: Step,
  verb: Verb,
  begun: Attempt | undefined,
  options: AttemptOptions,
): Promise<Json> {
  const { place, signal, record, vault, receipts, retry } = options;
  const notes = [...(begun?.notes ?? [])];
  const upids = [...(begun?.upids ?? [])];
  const attempt: Attempt = { notes, upids, since: begun?.since ?? place.clock.now() };
  const remember = async (event: RunEvent): Promise<void> => {
    if (event.type === 'step-note') notes.push(event.data);
    if (event.type === 'step-task') upids.push(event.upid);
    await record(event);
  };
  const context = stepContext(step.id, { ...place, vault, receipts, attempt, signal }, remember);
  const work = async (number: number): Promise<Json> => {
    if (number > 1 || begun) {
      await settle(attempt, place, signal);
      const found = await verb.find?.(step.args, context);
      if (found !== undefined) return found;
    }
    return verb.apply(step.args, context);
  };
  const onRetry = (again: { attempt: number; reason: string; delay: number }): Promise<void> =>
    record({ type: 'step-retry', time: place.clock.now(), step: step.id, ...again });
  return withRetries(work, { place, signal, policy: retry, onRetry });
}

export function verbOf(step: Step, verbs: VerbRegistry): Verb {
  const verb = verbs.get(step.verb);
  if (verb) return verb;
  throw new RunError(`this version does not know how to "${step.verb}"`, {
    where: `step "${step.id}"`,
    why: 'the plan was made by another version of proxwright',
    fix: 'apply the answers again',
  });
}

export function outline(step: Step, verbs: VerbRegistry): StepOutline {
  return {
    id: step.id,
    title: step.title,
    needs: step.needs,
    ...(step.uses.node ? { node: step.uses.node } : {}),
    ...(step.phases ? { phases: step.phases } : {}),
    ...(verbs.get(step.verb)?.final ? { isFinal: true } : {}),
  };
}
