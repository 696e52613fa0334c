import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RunError } from '../../src/errors.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { type ExecuteOptions, execute } from '../../src/run/execute.ts';
import { createJournal, readJournal, reopenJournal } from '../../src/run/journal.ts';
import { recordOf } from '../../src/run/record.ts';
import { undo } from '../../src/run/undo.ts';
import { headOf, newWorld, planOf, step, Transient, type World } from './world.ts';

let folder: string;
let world: World;
let events: RunEvent[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'proxwright-run-'));
  world = newWorld();
  events = [];
});
afterEach(() => rm(folder, { recursive: true }));

const plan = planOf([step('a'), step('b', ['a']), step('c', ['a']), step('d', ['b', 'c'])]);

function options(more: Partial<ExecuteOptions> = {}): ExecuteOptions {
  return {
    run: '01TEST',
    mode: 'apply',
    verbs: world.verbs,
    place: world.place,
    process: { pid: 1, machine: 'here' },
    emit: (event) => void events.push(event),
    signal: new AbortController().signal,
    ...more,
  };
}

function journal() {
  return createJournal(folder, headOf('01TEST', plan));
}

const order = (): string[] => events.flatMap((event) => (event.type === 'step-done' ? [event.step] : []));

describe('execute', () => {
  test('does each step after what it needs', async () => {
    expect(await execute(plan, options())).toMatchObject({
      status: 'ok',
      changed: 4,
      unchanged: 0,
      failed: 0,
    });
    expect(order()[0]).toBe('a');
    expect(order()[3]).toBe('d');
  });

  test('leaves what is there alone', async () => {
    world.things.set('a', 1);
    expect(await execute(plan, options())).toMatchObject({ changed: 3, unchanged: 1 });
    expect(world.applied.has('a')).toBe(false);
  });

  test('a dry run stops after the checks', async () => {
    expect(await execute(plan, options({ mode: 'dry' }))).toMatchObject({ status: 'ok', changed: 0 });
    expect(world.things.size).toBe(0);
    expect(events.at(-1)).toMatchObject({ type: 'run-finished', needed: 4 });
  });

  test('keeps to the limit of a node, and uses it', async () => {
    const steps = Array.from({ length: 12 }, (_, at) => step(`s${at}`, [], { node: 'pve1' }));
    world.onApply = () => new Promise((resolve) => setTimeout(resolve, 5));
    await execute(planOf(steps), options());
    expect(world.mostAtOnce).toBe(4);
  });

  test('tries again after a transient error', async () => {
    world.onApply = (name, attempt) => {
      if (name === 'b' && attempt < 3) throw new Transient('got timeout');
    };
    expect(await execute(plan, options())).toMatchObject({ status: 'ok' });
    expect(world.applied.get('b')).toBe(3);
    expect(events.filter((event) => event.type === 'step-retry')).toHaveLength(2);
  });

  test('an attempt whose answer was lost is found, not repeated', async () => {
    world.onApply = (name, attempt) => {
      if (name !== 'b' || attempt > 1) return;
      world.things.set('b', 1);
      throw new Transient('connection reset');
    };
    await execute(plan, options());
    expect(world.things.get('b')).toBe(1);
    expect(world.applied.get('b')).toBe(1);
  });

  test('a lasting error leaves out what stands behind it, and nothing else', async () => {
    world.onApply = (name) => {
      if (name === 'b') throw new RunError('no such bridge', { fix: 'make it' });
    };
    expect(await execute(plan, options())).toMatchObject({ status: 'failed', changed: 2, failed: 1 });
    expect([...world.things.keys()]).toEqual(['a', 'c']);
    expect(events.at(-1)).toMatchObject({
      type: 'run-finished',
      error: { message: 'no such bridge', fix: 'make it' },
    });
  });

  test('after a cancel nothing new begins', async () => {
    const controller = new AbortController();
    world.onApply = (name) => {
      if (name === 'a') controller.abort();
    };
    expect(await execute(plan, options({ signal: controller.signal }))).toMatchObject({
      status: 'cancelled',
    });
    expect([...world.things.keys()]).toEqual(['a']);
  });

  test('a step that needs itself by way of another is refused', async () => {
    const round = planOf([step('a', ['b']), step('b', ['a'])]);
    await expect(execute(round, options())).rejects.toThrow('a → b → a');
  });
});

describe('journal, resume and undo', () => {
  test('a run cut off after any entry of its journal is gone on with to the same end', async () => {
    const whole = newWorld();
    await execute(plan, { ...options(), verbs: whole.verbs });
    for (let cut = 1; ; cut++) {
      world = newWorld();
      events = [];
      const file = await journal();
      let written = 0;
      const dying = {
        file: file.file,
        close: () => file.close(),
        async append(event: RunEvent) {
          if (written === cut) return new Promise<void>(() => {});
          await file.append(event);
          written++;
        },
      };
      const done = execute(plan, options({ journal: dying })).then(() => 'done' as const);
      const ended = await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 30, 'cut'))]);
      await file.close();
      if (ended === 'done') break;
      const past = recordOf(await readJournal(folder, '01TEST'));
      const again = await reopenJournal(folder, '01TEST');
      const outcome = await execute(plan, options({ mode: 'resume', journal: again, past }));
      await again.close();
      expect(outcome, `cut after ${cut} entries`).toMatchObject({ status: 'ok', failed: 0 });
      expect(world.things).toEqual(whole.things);

      const second = recordOf(await readJournal(folder, '01TEST'));
      await undo(plan, { ...options(), past: second });
      expect([...world.things.keys()], `undo after ${cut} entries`).toEqual([]);
      await rm(file.file);
    }
  });

  test('undo goes backwards and leaves what was there before', async () => {
    world.things.set('a', 1);
    const file = await journal();
    await execute(plan, options({ journal: file }));
    await file.close();
    const past = recordOf(await readJournal(folder, '01TEST'));
    events = [];
    expect(await undo(plan, { ...options(), past })).toMatchObject({ status: 'ok', changed: 3 });
    expect(order()[0]).toBe('d');
    expect([...world.things.keys()]).toEqual(['a']);
  });
});
