import type { RunState, StepState } from './state.ts';

/** Milliseconds that the run has taken until `now`, or took. */
export function elapsedTime(state: RunState, now: number): number {
  return state.started === 0 ? 0 : Math.max(0, (state.ended ?? now) - state.started);
}

/**
 * Milliseconds that the run will still take, or undefined while nothing is known to judge by. The longer
 * of two estimates: the longest chain of steps that need each other, and all the work that is left at the
 * pace so far. Steps count as long as finished ones of their kind took.
 */
export function remainingTime(state: RunState, now: number): number | undefined {
  if (state.status !== 'running') return undefined;
  const usual = usualTimes(state.steps);
  const left = new Map<string, number>();
  let work = 0;
  for (const step of state.steps) {
    const time = timeLeft(step, { usual, now });
    if (time === undefined) return undefined;
    left.set(step.id, time);
    work += time;
  }
  return Math.max(longestChain(state.steps, left), work / pace(state, now));
}

interface UsualTimes {
  byKind: ReadonlyMap<string, number>;
  overall: number | undefined;
}

function timeLeft(step: StepState, { usual, now }: { usual: UsualTimes; now: number }): number | undefined {
  if (step.status !== 'waiting' && step.status !== 'running') return 0;
  const spent = step.status === 'running' ? now - (step.started ?? now) : 0;
  // Below a twentieth, the fraction says more about the start than about the pace.
  if (step.fraction !== undefined && step.fraction >= 0.05) {
    return Math.max(0, (spent * (1 - step.fraction)) / step.fraction);
  }
  const expected = usual.byKind.get(kindOf(step)) ?? usual.overall;
  return expected === undefined ? undefined : Math.max(0, expected - spent);
}

function usualTimes(steps: readonly StepState[]): UsualTimes {
  const sums = new Map<string, { time: number; count: number }>();
  let time = 0;
  let count = 0;
  for (const step of steps) {
    if (step.status !== 'done' || step.duration === undefined) continue;
    const sum = sums.get(kindOf(step)) ?? { time: 0, count: 0 };
    sums.set(kindOf(step), { time: sum.time + step.duration, count: sum.count + 1 });
    time += step.duration;
    count += 1;
  }
  return {
    byKind: new Map(Array.from(sums, ([kind, sum]) => [kind, sum.time / sum.count])),
    overall: count === 0 ? undefined : time / count,
  };
}

/** Titles begin with what is done: `clone edge-server-1`. */
function kindOf(step: StepState): string {
  return step.title.split(' ', 1)[0] ?? '';
}

/** Steps come in an order in which none needs a later one; one that does is counted without it. */
function longestChain(steps: readonly StepState[], left: ReadonlyMap<string, number>): number {
  const ends = new Map<string, number>();
  let longest = 0;
  for (const step of steps) {
    const begin = Math.max(0, ...step.needs.map((need) => ends.get(need) ?? 0));
    const end = begin + (left.get(step.id) ?? 0);
    ends.set(step.id, end);
    longest = Math.max(longest, end);
  }
  return longest;
}

/** How many steps were at work at once, on average. */
function pace(state: RunState, now: number): number {
  let busy = 0;
  for (const step of state.steps) {
    if (step.status === 'running') busy += now - (step.started ?? now);
    else busy += step.duration ?? 0;
  }
  return Math.max(1, busy / Math.max(1, now - state.started));
}
