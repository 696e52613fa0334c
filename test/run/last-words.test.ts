import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RunError } from '../../src/errors.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { type ExecuteOptions, execute } from '../../src/run/execute.ts';
import type { Journal } from '../../src/run/journal.ts';
import { createJournal, readJournal } from '../../src/run/journal.ts';
import { recordOf } from '../../src/run/record.ts';
import { undo } from '../../src/run/undo.ts';
import { createVault, openVault } from '../../src/run/vault.ts';
import { headOf, newWorld, planOf, step, type World } from './world.ts';

let folder: string;
let world: World;
let events: RunEvent[];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'proxwright-last-'));
  world = newWorld();
  events = [];
});
afterEach(() => rm(folder, { recursive: true }));

const plan = planOf([step('a'), step('b', ['a']), step('c', ['b'])]);

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

/** A journal whose disk is full from the event on that `isFull` names. */
function failing(isFull: (event: RunEvent) => boolean): Journal {
  let full = false;
  return {
    file: 'none',
    close: async () => {},
    async append(event) {
      full ||= isFull(event);
      if (full) throw new RunError('the journal cannot be written, so nothing more is done');
    },
  };
}

describe('the end of a run', () => {
  test('keeps the secrets until the journal says that it is over', async () => {
    const vault = await createVault(folder, '01TEST', { s0: 'hash' });
    const journal = failing((event) => event.type === 'run-finished');
    await expect(execute(plan, options({ vault, journal }))).rejects.toThrow('journal cannot be written');
    expect((await openVault(folder, '01TEST')).secrets).toEqual({ s0: 'hash' });
  });

  test('is told to the views even where the journal cannot take it', async () => {
    const journal = failing((event) => event.type === 'step-done');
    await expect(execute(plan, options({ journal }))).rejects.toThrow('journal cannot be written');
    expect(events.at(-1)).toMatchObject({ type: 'run-finished', status: 'failed' });
    expect(world.applied.has('b')).toBe(false);
  });

  test('of an undo keeps what it still needs, and no step is left unanswered', async () => {
    const journal = await createJournal(folder, headOf('01TEST', plan));
    await execute(plan, options({ journal }));
    await journal.close();
    const past = recordOf(await readJournal(folder, '01TEST'));
    const vault = await createVault(folder, '01TEST', { s0: 'hash' });
    const full = failing((event) => event.type === 'step-done');
    await expect(undo(plan, { ...options({ vault }), journal: full, past })).rejects.toThrow(
      'journal cannot be written',
    );
    expect(events.at(-1)).toMatchObject({ type: 'run-finished', status: 'failed' });
    expect(await readFile(path.join(folder, '01TEST.vault'), 'utf8')).toContain('hash');
  });
});

test('a run that ended well is still known as such after an undo that failed', async () => {
  const journal = await createJournal(folder, headOf('01TEST', plan));
  await execute(plan, options({ journal }));
  await undo(plan, {
    ...options(),
    journal,
    verbs: new Map(),
    past: recordOf(await readJournal(folder, '01TEST')),
  });
  await journal.close();
  expect(recordOf(await readJournal(folder, '01TEST'))).toMatchObject({ status: 'failed', endedWell: true });
});

test('a step that had nothing to do keeps the order of those around it', async () => {
  world.things.set('b', 1);
  const journal = await createJournal(folder, headOf('01TEST', plan));
  await execute(plan, options({ journal }));
  const past = recordOf(await readJournal(folder, '01TEST'));
  events = [];
  await undo(plan, { ...options(), journal, past });
  await journal.close();
  expect(events.flatMap((event) => (event.type === 'step-done' ? [event.step] : []))).toEqual(['c', 'a']);
  const started = events.findIndex((event) => event.type === 'step-started' && event.step === 'a');
  const done = events.findIndex((event) => event.type === 'step-done' && event.step === 'c');
  expect(started).toBeGreaterThan(done);
});
