import type { StepState } from './state.ts';

/** What stands in one row of the run screen: a step, or how many of one kind are folded away. */
export type StepRow = { step: StepState } | { folded: 'finished' | 'running' | 'waiting'; count: number };

/**
 * Chooses the rows that fit into `height`: failed and running steps first, then waiting ones that say what
 * for, then the latest finished, then the next waiting. Kept in the run's order; the rest is counted.
 */
export function foldSteps(steps: readonly StepState[], height: number): StepRow[] {
  if (steps.length <= height) return steps.map((step) => ({ step }));
  // Three rows at most say what is folded.
  const room = Math.max(1, height - 3);
  const chosen = new Set<StepState>();
  for (const step of [...wanted(steps)]) {
    if (chosen.size >= room) break;
    chosen.add(step);
  }
  const rows: StepRow[] = steps.filter((step) => chosen.has(step)).map((step) => ({ step }));
  const hidden = steps.filter((step) => !chosen.has(step));
  const finished = hidden.filter((step) => isFinished(step)).length;
  const running = hidden.filter((step) => step.status === 'running').length;
  const waiting = hidden.filter((step) => step.status === 'waiting').length;
  if (finished > 0) rows.unshift({ folded: 'finished', count: finished });
  if (running > 0) rows.push({ folded: 'running', count: running });
  if (waiting > 0) rows.push({ folded: 'waiting', count: waiting });
  return rows.slice(0, Math.max(1, height));
}

function* wanted(steps: readonly StepState[]): Generator<StepState> {
  yield* steps.filter((step) => step.status === 'failed');
  yield* steps.filter((step) => step.status === 'running');
  yield* steps.filter((step) => step.status === 'waiting' && step.waitsFor !== undefined);
  yield* steps
    .filter((step) => step.status === 'done')
    .slice(-latest)
    .reverse();
  yield* steps.filter((step) => step.status === 'waiting' && step.waitsFor === undefined);
  yield* steps.filter(isFinished).reverse();
}

function isFinished(step: StepState): boolean {
  return (
    step.status === 'done' ||
    step.status === 'unchanged' ||
    step.status === 'needed' ||
    step.status === 'failed'
  );
}

/** So many finished steps stay in sight as long as waiting ones could use the rows. */
const latest = 3;
