import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../src/run/events.ts';
import { foldSteps } from '../../../src/view/run/fold-steps.ts';
import { liveRun } from '../../../src/view/run/live-run.ts';
import {
  countSteps,
  newRun,
  type RunState,
  reduceRun,
  type StepState,
  type StepStatus,
} from '../../../src/view/run/state.ts';
import { elapsedTime, remainingTime } from '../../../src/view/run/time.ts';

type Told = RunEvent extends infer Event
  ? Event extends { time: number }
    ? Omit<Event, 'time'>
    : never
  : never;

const begin = (steps: readonly (readonly [string, readonly string[]])[]): Told => ({
  type: 'run-started',
  run: '01R',
  title: 'edge cluster',
  target: 'sandbox',
  mode: 'apply',
  process: { pid: 1, machine: 'here' },
  steps: steps.map(([id, needs]) => ({ id, title: id, needs })),
});

/** Each event with its time in seconds. */
function stateAfter(...events: readonly (readonly [number, Told])[]): RunState {
  return events.reduce(
    (state, [time, event]) => reduceRun(state, { time: 1000 * time, ...event } as RunEvent),
    newRun,
  );
}

const two = begin([
  ['clone a', []],
  ['clone b', []],
]);

describe('a step', () => {
  const first = (...events: readonly (readonly [number, Told])[]) => stateAfter([1, two], ...events).steps[0];

  test('waits, works, reports, is done', () => {
    expect(first()).toMatchObject({ status: 'waiting' });
    expect(first([2, { type: 'step-waiting', step: 'clone a', waitsFor: 'a lock' }])).toMatchObject({
      waitsFor: 'a lock',
    });
    expect(
      first(
        [2, { type: 'step-waiting', step: 'clone a', waitsFor: 'a lock' }],
        [3, { type: 'step-started', step: 'clone a' }],
        [4, { type: 'step-progress', step: 'clone a', fraction: 0.5, text: 'half' }],
        [5, { type: 'step-progress', step: 'clone a', fraction: 1.7 }],
      ),
    ).toEqual({
      id: 'clone a',
      title: 'clone a',
      needs: [],
      status: 'running',
      started: 3000,
      fraction: 1,
      text: 'half',
    });
    expect(
      first(
        [3, { type: 'step-started', step: 'clone a' }],
        [5, { type: 'step-done', step: 'clone a', receipt: null, duration: 2000 }],
      ),
    ).toEqual({ id: 'clone a', title: 'clone a', needs: [], status: 'done', started: 3000, duration: 2000 });
  });

  test('that is tried again begins its progress anew', () => {
    const state = first(
      [3, { type: 'step-started', step: 'clone a' }],
      [4, { type: 'step-progress', step: 'clone a', fraction: 0.5 }],
      [5, { type: 'step-retry', step: 'clone a', attempt: 1, reason: 'locked', delay: 10 }],
    );
    expect(state?.fraction).toBeUndefined();
    expect(state?.retry).toEqual({ attempt: 1, reason: 'locked' });
  });

  test('that is not known yet is added', () => {
    const state = stateAfter([1, two], [2, { type: 'step-started', step: 'surprise' }]);
    expect(state.steps.map((step) => step.id)).toEqual(['clone a', 'clone b', 'surprise']);
  });
});

test('reducing leaves the former state as it was', () => {
  const before = stateAfter([1, two]);
  const copy = structuredClone(before);
  reduceRun(before, { time: 2, type: 'step-started', step: 'clone a' });
  expect(before).toEqual(copy);
});

test('the log keeps its newest five hundred lines', () => {
  const lines = Array.from({ length: 620 }, (_, at) => [at, { type: 'log', line: String(at) }] as const);
  const { log } = stateAfter([0, two], ...lines);
  expect(log).toHaveLength(500);
  expect(log.at(-1)?.line).toBe('619');
});

describe('time left', () => {
  test('is not guessed without anything to judge by', () => {
    expect(
      remainingTime(stateAfter([1, two], [2, { type: 'step-started', step: 'clone a' }]), 5000),
    ).toBeUndefined();
  });

  test('follows a fraction, and counts a like step the same', () => {
    const state = stateAfter(
      [0, two],
      [0, { type: 'step-started', step: 'clone a' }],
      [4, { type: 'step-done', step: 'clone a', receipt: null, duration: 4000 }],
      [4, { type: 'step-started', step: 'clone b' }],
    );
    expect(remainingTime(state, 5000)).toBe(3000);
    const told = reduceRun(state, { time: 5000, type: 'step-progress', step: 'clone b', fraction: 0.5 });
    expect(remainingTime(told, 6000)).toBe(2000);
  });

  test('is at least the longest chain, however many work at once', () => {
    const chain = begin([
      ['x 1', []],
      ['x 2', ['x 1']],
      ['x 3', ['x 2']],
      ['x 4', []],
    ]);
    const state = stateAfter(
      [0, chain],
      [0, { type: 'step-started', step: 'x 1' }],
      [0, { type: 'step-started', step: 'x 4' }],
      [2, { type: 'step-done', step: 'x 1', receipt: null, duration: 2000 }],
      [2, { type: 'step-done', step: 'x 4', receipt: null, duration: 2000 }],
    );
    expect(remainingTime(state, 2000)).toBe(4000);
  });

  test('ends with the run', () => {
    const ended = stateAfter(
      [1, two],
      [9, { type: 'run-finished', run: '01R', status: 'cancelled', changed: 0, unchanged: 0, failed: 0 }],
    );
    expect(remainingTime(ended, 20_000)).toBeUndefined();
    expect(elapsedTime(ended, 20_000)).toBe(8000);
  });
});

describe('rows of the run screen', () => {
  const steps = (...statuses: StepStatus[]): StepState[] =>
    statuses.map((status, at) => ({ id: String(at), title: String(at), needs: [], status }));
  const shown = (rows: ReturnType<typeof foldSteps>) =>
    rows.map((row) => ('step' in row ? row.step.id : `${row.count} ${row.folded}`));

  test('all where they fit', () => {
    expect(shown(foldSteps(steps('done', 'running', 'waiting'), 3))).toEqual(['0', '1', '2']);
  });

  test('failed and working steps stay, the rest is counted', () => {
    const many = steps(
      ...Array<StepStatus>(20).fill('done'),
      'failed',
      'running',
      ...Array<StepStatus>(20).fill('waiting'),
    );
    expect(shown(foldSteps(many, 8))).toEqual(['17 finished', '17', '18', '19', '20', '21', '20 waiting']);
  });

  test('never more rows than there are, and no step is forgotten', () => {
    const many = steps(...Array<StepStatus>(9).fill('running'), ...Array<StepStatus>(9).fill('unchanged'));
    for (let height = 4; height < 25; height += 1) {
      const rows = foldSteps(many, height);
      expect(rows.length).toBeLessThanOrEqual(height);
      expect(rows.reduce((sum, row) => sum + ('step' in row ? 1 : row.count), 0)).toBe(18);
    }
  });
});

describe('a live run', () => {
  test('tells its watchers of many events at once, and of its end', async () => {
    let told = 0;
    const live = liveRun(async ({ onEvent }) => {
      onEvent({ time: 1, ...two } as RunEvent);
      for (let at = 0; at < 1000; at += 1) onEvent({ time: 2, type: 'log', line: String(at) });
      return { run: '01R', status: 'ok' };
    });
    live.watch(() => {
      told += 1;
    });
    await expect.poll(() => live.view().finished).toBe(true);
    expect(told).toBe(1);
    expect(live.view().state.log).toHaveLength(500);
    expect(countSteps(live.view().state)).toMatchObject({ total: 2, waiting: 2 });
  });

  test('passes on that it was cancelled, and what was thrown', async () => {
    const live = liveRun(
      ({ signal }) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new Error('stopped'))),
        ),
    );
    live.cancel();
    expect(live.view().cancelling).toBe(true);
    await expect.poll(() => live.view().finished).toBe(true);
    expect(live.view().error).toEqual(new Error('stopped'));
  });
});
