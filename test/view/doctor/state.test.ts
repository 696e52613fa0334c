import { describe, expect, test } from 'vitest';
import { reduceDoctor } from '../../../src/view/doctor/state.ts';
import { eventsOf, illItem, item, jobOf, nodes, seen, stateOf } from './fake-doctor.ts';

const ill = illItem('PVE-HOSTS', 'pve1');
const well = item('PVE-HOSTS', 'pve2');
const bridge = item('NET-BRIDGE', 'pve1');

describe('looking', () => {
  test('checks are waited for until they speak', () => {
    const [began, first] = eventsOf([ill, well]);
    const state = stateOf({ type: 'look-asked' }, ...(began && first ? [began, first] : []));
    expect(state.look).toBe('running');
    expect(state.jobs.map(({ key, waiting, items }) => [key, waiting, items.length])).toEqual([
      ['PVE-HOSTS pve1', false, 1],
      ['PVE-HOSTS pve2', true, 0],
    ]);
  });

  test('at its end nobody is waited for, and what can be done is known', () => {
    const state = seen(ill, well);
    expect(state).toMatchObject({ look: 'done', took: 1_400, nodes });
    expect(state.capabilities).toHaveLength(2);
    expect(state.jobs.some(({ waiting }) => waiting)).toBe(false);
  });

  test('one check again leaves the others as they are, and says the same until it speaks', () => {
    const asked = reduceDoctor(seen(ill, well, bridge), { type: 'look-asked', only: ['PVE-HOSTS'] });
    const began = reduceDoctor(asked, { type: 'look-began', nodes, jobs: [ill, well].map(jobOf) });
    expect(began.jobs.map(({ waiting, items }) => [waiting, items[0]?.severity])).toEqual([
      [true, 'fail'],
      [true, 'pass'],
      [false, 'pass'],
    ]);
    const spoke = reduceDoctor(began, {
      type: 'spoke',
      job: 'PVE-HOSTS pve1',
      items: [item('PVE-HOSTS', 'pve1')],
    });
    const ended = reduceDoctor(spoke, { type: 'look-ended', took: 90, capabilities: [] });
    expect(ended.jobs.map(({ items }) => items[0]?.severity)).toEqual(['pass', 'pass', 'pass']);
    // How long all of them took is still what the last look at all of them took.
    expect(ended).toMatchObject({ took: 1_400, only: ['PVE-HOSTS'] });
  });

  test('a node that is away does not stay in the list', () => {
    const state = [{ type: 'look-asked' } as const, ...eventsOf([ill])].reduce(reduceDoctor, seen(ill, well));
    expect(state.jobs.map(({ key }) => key)).toEqual(['PVE-HOSTS pve1']);
  });

  test.each(['look-cancelled', 'look-failed'] as const)('after %s nobody is waited for', (type) => {
    const [began] = eventsOf([ill, well]);
    const state = stateOf({ type: 'look-asked' }, ...(began ? [began] : []), { type, error: new Error('x') });
    expect(state.jobs.some(({ waiting }) => waiting)).toBe(false);
    expect(state.look).toBe(type.slice(5));
  });

  test('another try forgets why the one before failed', () => {
    const failed = stateOf({ type: 'look-failed', error: new Error('no route') });
    expect(failed.error).toEqual(new Error('no route'));
    expect(reduceDoctor(failed, { type: 'look-asked' })).not.toHaveProperty('error');
  });

  test('what a node says cannot move the cursor', () => {
    const message = 'half\x1b[2J installed:\n\u202eevil';
    const changes = [{ kind: 'head' as const, text: '$ rm\x07 -rf' }];
    const fix = { text: 'a\tb', command: 'x\r\ny' };
    const [said] = seen({ ...ill, message, changes, fix }).jobs[0]?.items ?? [];
    expect(said).toMatchObject({
      message: 'half installed: ?evil',
      changes: [{ text: '$ rm? -rf' }],
      fix: { text: 'a b', command: 'x y' },
    });
  });
});

describe('mending', () => {
  const second = illItem('NET-BRIDGE', 'pve2');
  const asked = reduceDoctor(seen(ill, second), { type: 'mend-asked', items: [ill, second] });

  test('goes from waiting to an outcome, one after the other', () => {
    const began = reduceDoctor(asked, { type: 'mend-began', ref: ill.ref });
    expect(began.mends.map(({ status }) => status)).toEqual(['running', 'waiting']);
    const outcome = { status: 'mended', backups: ['/b'] } as const;
    const ended = reduceDoctor(began, { type: 'mend-ended', ref: ill.ref, outcome });
    expect(ended.mends.map(({ status }) => status)).toEqual(['mended', 'waiting']);
    expect(ended.mends[0]?.outcome).toEqual(outcome);
  });

  test('what is left when it is stopped is left as it is', () => {
    const stopped = reduceDoctor(asked, { type: 'mend-stopping' });
    expect(stopped.mending).toBe('stopping');
    const over = reduceDoctor(stopped, { type: 'mend-over' });
    expect(over.mends.map(({ status }) => status)).toEqual(['left out', 'left out']);
    expect(reduceDoctor(over, { type: 'mend-dismissed' })).toMatchObject({ mending: 'no', mends: [] });
  });

  test('an error is told with the one that it struck', () => {
    const began = reduceDoctor(asked, { type: 'mend-began', ref: ill.ref });
    const { mends } = reduceDoctor(began, { type: 'mend-over', error: new Error('connection reset') });
    expect(mends.map(({ status }) => status)).toEqual(['failed', 'left out']);
    expect(mends[0]?.outcome).toEqual({ status: 'failed', why: 'connection reset', left: [] });
  });
});
