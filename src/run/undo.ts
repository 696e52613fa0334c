import { inOrder } from '../plan/order.ts';
import type { Plan } from '../plan/plan.ts';
import type { Json, Step } from '../plan/step.ts';
import type { StepContext, Verb } from '../plan/verb.ts';
import { settle, stepContext } from './context.ts';
import { eventError } from './event-error.ts';
import type { EventError, RunEvent, RunStatus } from './events.ts';
import { type ExecuteOptions, lastWord, type Outcome, outline, recorder, verbOf } from './execute.ts';
import type { RunRecord, StepRecord } from './record.ts';
import { withRetries } from './retry.ts';
import { DEFAULT_LIMITS, schedule } from './schedule.ts';

export type UndoOptions = Omit<ExecuteOptions, 'mode' | 'past'> & { past: RunRecord };

/**
 * Takes back, newest first, what a run made: the graph walked from its far end, and nothing else. What has no
 * way back is left with all that it stands on, and said.
 */
export async function undo(plan: Plan, options: UndoOptions): Promise<Outcome> {
  const { run, place, journal, emit, signal, past } = options;
  const receipts = new Map<string, Json>();
  for (const [id, step] of past.steps) if (step.receipt !== undefined) receipts.set(id, step.receipt);
  const begun = inOrder(plan.steps).filter((step) => toUndo(past.steps.get(step.id)));
  const final = await finalSteps(begun, { ...options, receipts });
  const stay = below(
    final.map(({ step }) => step.id),
    plan.steps,
  );
  const steps = begun
    // A verb that is not known here fails as a step, and is said.
    .filter(({ id, verb }) => !stay.has(id) && (options.verbs.get(verb)?.undo || !options.verbs.has(verb)))
    .reverse();
  const needs = turned(steps, plan.steps);
  const byId = new Map(steps.map((step) => [step.id, step]));
  const counts = { changed: 0, unchanged: final.length, failed: 0 };
  let firstError: EventError | undefined;
  const at = (): number => place.clock.now();
  const record = recorder(journal, emit);

  await record({
    type: 'run-started',
    time: at(),
    run,
    title: plan.title,
    target: place.facts.target.label,
    // Taking back has no phases.
    steps: [...steps, ...final.map(({ step }) => step)].map(({ phases: _, ...step }) => ({
      ...outline(step, options.verbs),
      title: `take back: ${step.title}`,
      needs: needs.get(step.id) ?? [],
    })),
    mode: 'undo',
    process: options.process,
  });

  const one = async (id: string): Promise<boolean> => {
    const step = byId.get(id)!;
    const started = at();
    try {
      await record({ type: 'step-started', time: started, step: id });
      const { retry } = options;
      const context = contextOf(id, { ...options, receipts });
      await withRetries(() => takeBack(step, past.steps.get(id)!, { ...options, context, receipts }), {
        place,
        signal,
        policy: retry,
        onRetry: (again) => emit({ type: 'step-retry', time: at(), step: id, ...again }),
      });
      await record({ type: 'step-done', time: at(), step: id, receipt: null, duration: at() - started });
      counts.changed++;
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      counts.failed++;
      const said = eventError(error, `take back "${id}"`);
      firstError ??= said;
      const failed: RunEvent = { type: 'step-failed', time: at(), step: id, error: said };
      await record(failed).catch(() => emit(failed));
      return false;
    }
  };

  for (const { step, why } of final)
    await record({ type: 'step-unchanged', time: at(), step: step.id, why, receipt: null });
  const tasks = steps.map((step) => ({ id: step.id, needs: needs.get(step.id) ?? [], uses: step.uses }));
  await schedule(tasks, one, { limits: options.limits ?? DEFAULT_LIMITS, signal });
  const status: RunStatus = counts.failed > 0 ? 'failed' : signal.aborted ? 'cancelled' : 'ok';
  await lastWord(
    {
      type: 'run-finished',
      time: at(),
      run,
      status,
      ...counts,
      ...(firstError ? { error: firstError } : {}),
    },
    options,
  );
  // Only behind the last entry: an undo that was cut off before it goes on with what is kept.
  if (status === 'ok') await options.vault?.remove();
  return { status, ...counts, receipts };
}

type Past = UndoOptions & { receipts: ReadonlyMap<string, Json> };

function contextOf(id: string, { place, vault, receipts, signal, past, emit }: Past): StepContext {
  const { attempt } = past.steps.get(id)!;
  return stepContext(id, { ...place, vault, receipts, attempt, signal }, async (event) => emit(event));
}

/** Steps from which there is no way back; one that was cut off is looked up. */
async function finalSteps(begun: readonly Step[], options: Past): Promise<{ step: Step; why: string }[]> {
  const final: { step: Step; why: string }[] = [];
  for (const step of begun) {
    const verb = options.verbs.get(step.verb);
    const past = options.past.steps.get(step.id)!;
    if (!verb?.final) continue;
    if (past.receipt === undefined) {
      await settle(past.attempt, options.place, options.signal);
      if ((await verb.find?.(step.args, contextOf(step.id, options))) === undefined) continue;
    }
    final.push({ step, why: verb.final(step.args) });
  }
  return final;
}

/** These steps and all that they need, and so on. */
function below(ids: readonly string[], all: readonly Step[]): Set<string> {
  const byId = new Map(all.map((step) => [step.id, step]));
  const found = new Set(ids);
  for (const id of found) for (const need of byId.get(id)?.needs ?? []) found.add(need);
  return found;
}

/** What has a receipt was made; what was begun or failed may have been, and is looked up. */
function toUndo(step: StepRecord | undefined): boolean {
  return step?.state === 'done' || step?.state === 'begun' || step?.state === 'failed';
}

/**
 * The graph turned round: a step is taken back after all that stand on it, also where what is between them
 * had nothing to do and so has nothing to take back.
 */
function turned(steps: readonly Step[], all: readonly Step[]): Map<string, string[]> {
  const needs = new Map<string, string[]>(steps.map((step) => [step.id, []]));
  const byId = new Map(all.map((step) => [step.id, step]));
  for (const step of steps) {
    const below = [...step.needs];
    const seen = new Set(below);
    for (let id = below.pop(); id !== undefined; id = below.pop()) {
      const taken = needs.get(id);
      if (taken) {
        taken.push(step.id);
        continue;
      }
      const further = (byId.get(id)?.needs ?? []).filter((next) => !seen.has(next));
      for (const next of further) seen.add(next);
      below.push(...further);
    }
  }
  return needs;
}

type TakeBackOptions = UndoOptions & {
  context: StepContext;
  receipts: Map<string, Json>;
};

async function takeBack(step: Step, past: StepRecord, options: TakeBackOptions): Promise<void> {
  const verb = verbOf(step, options.verbs);
  let receipt = past.receipt;
  if (receipt === undefined) {
    await settle(past.attempt, options.place, options.signal);
    receipt = await receiptOf(step, verb, { past, options });
    if (receipt === undefined) return;
    options.receipts.set(step.id, receipt);
  }
  await verb.undo?.(step.args, receipt, options.context);
}

/** What a step without a receipt did. One that was cut off may still be at it, so it is brought to its end first. */
async function receiptOf(
  step: Step,
  verb: Verb,
  { past, options }: { past: StepRecord; options: TakeBackOptions },
): Promise<Json | undefined> {
  const { begun } = verb;
  if (begun && past.state === 'failed') return begun(past.attempt);
  try {
    return await verb.find?.(step.args, options.context);
  } catch (error) {
    if (!begun || options.signal.aborted) throw error;
    return begun(past.attempt);
  }
}
