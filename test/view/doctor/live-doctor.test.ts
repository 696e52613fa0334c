import { expect, test } from 'vitest';
import { type LiveDoctor, liveDoctor } from '../../../src/view/doctor/live-doctor.ts';
import { fakeDoctor, illItem, item } from './fake-doctor.ts';

const hosts = illItem('PVE-HOSTS', 'pve1');
const mtu = item('NET-MTU', '');

/** Until its state is so. */
function until(live: LiveDoctor, so: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (so()) return resolve();
    const end = live.watch(() => {
      if (!so()) return;
      end();
      resolve();
    });
  });
}

function open(...given: Parameters<typeof fakeDoctor>) {
  const session = fakeDoctor(...given);
  const live = liveDoctor(session);
  return { session, live, look: () => live.view().look };
}

test('one look at a time', async () => {
  const { session, live, look } = open([hosts, mtu], { held: true });
  live.look();
  live.look();
  live.mend([hosts]);
  await until(live, () => look() === 'running');
  live.look(['PVE-HOSTS']);
  session.release();
  await until(live, () => look() === 'done');
  expect(session.calls).toEqual(['look']);
});

test('what comes after a cancel is not listened to', async () => {
  const { session, live, look } = open([hosts, mtu], { held: true });
  live.look();
  await until(live, () => live.view().jobs[0]?.waiting === false);
  live.cancel();
  expect(look()).toBe('cancelled');
  session.release();
  await new Promise((resolve) => setTimeout(resolve, 120));
  expect(look()).toBe('cancelled');
  expect(live.view().jobs.map(({ items }) => items.length)).toEqual([1, 0]);
  // It begins anew from there.
  live.look();
  await until(live, () => look() === 'done');
  expect(live.view().jobs.map(({ items }) => items.length)).toEqual([1, 1]);
});

test('a target that cannot be reached is told, and can be tried again', async () => {
  const { live, look } = open([], { fails: 'no route to host' });
  live.look();
  await until(live, () => look() === 'failed');
  expect(live.view().error).toEqual(new Error('no route to host'));
  live.look();
  expect(look()).toBe('reaching');
});

test('after a fix everything is looked at again', async () => {
  const { session, live, look } = open([hosts, mtu]);
  live.look();
  await until(live, () => look() === 'done');
  live.mend([hosts]);
  await until(live, () => live.view().mending === 'over');
  await until(live, () => look() === 'done');
  expect(session.calls).toEqual(['look', 'mend PVE-HOSTS pve1 0', 'look']);
  expect(live.view().jobs[0]?.items[0]?.severity).toBe('pass');
  expect(live.view().mends.map(({ status }) => status)).toEqual(['mended']);
});

test('stopped, it tells how the fix that was begun went, and begins no other', async () => {
  const second = illItem('NET-PENDING', 'pve2');
  const { session, live, look } = open([hosts, second]);
  live.look();
  await until(live, () => look() === 'done');
  const held = fakeDoctor([hosts, second], { held: true });
  session.mend = held.mend;
  live.mend([hosts, second]);
  await until(live, () => live.view().mends[0]?.status === 'running');
  live.stop();
  expect(live.view().mending).toBe('stopping');
  held.release();
  await until(live, () => live.view().mending === 'over');
  expect(live.view().mends.map(({ status }) => status)).toEqual(['mended', 'left out']);
  live.dismiss();
  expect(live.view()).toMatchObject({ mending: 'no', mends: [] });
});
