import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { localLocks } from '../../src/run/local-locks.ts';
import { acquireLock, type LockOptions } from '../../src/run/locks.ts';

let folder: string;
let now: number;
let alive: Set<number>;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'proxwright-locks-'));
  now = Date.UTC(2026, 0, 2, 3, 4, 5);
  alive = new Set([1, 2]);
});
afterEach(() => rm(folder, { recursive: true }));

function options(pid: number, machine = 'here'): LockOptions {
  return {
    place: localLocks(folder, (asked) => alive.has(asked)),
    owner: { run: `RUN${pid}`, user: 'root', machine, pid },
    now: () => now,
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds / 50)),
    every: () => () => {},
  };
}

test('the second one is told who has it and since when', async () => {
  await acquireLock('edge', options(1));
  await expect(acquireLock('edge', options(2))).rejects.toMatchObject({
    message: 'another run is at work on "edge"',
    why: 'root@here (pid 1) has been running RUN1 since 2026-01-02 03:04:05',
  });
});

test('given back, it can be taken again', async () => {
  await (await acquireLock('edge', options(1)))();
  await (await acquireLock('edge', options(2)))();
});

test('a dead owner on this machine is taken over at once', async () => {
  await acquireLock('edge', options(1));
  alive.delete(1);
  await acquireLock('edge', options(2));
});

test('an owner elsewhere only after three missed signs of life', async () => {
  await acquireLock('edge', options(1, 'elsewhere'));
  alive.delete(1);
  now += 60_000;
  await expect(acquireLock('edge', options(2))).rejects.toThrow('another run');
  now += 15_000;
  await acquireLock('edge', options(2));
});

test('an owner elsewhere whose clock is off keeps its lock as long as it gives signs of life', async () => {
  await acquireLock('edge', options(1, 'elsewhere'));
  now += 600_000;
  const place = options(1).place;
  const watching: LockOptions = {
    ...options(2),
    async sleep() {
      const holder = await place.read('edge');
      if (holder) await place.write('edge', { ...holder, seen: holder.seen + 20_000 });
    },
  };
  await expect(acquireLock('edge', watching)).rejects.toThrow('another run');
});

test('of two who take over a dead one at once exactly one gets it', async () => {
  for (let round = 0; round < 5; round++) {
    await acquireLock(`edge${round}`, options(1));
    alive = new Set([2, 3, 4]);
    const tries = await Promise.allSettled([2, 3, 4].map((pid) => acquireLock(`edge${round}`, options(pid))));
    expect(tries.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    alive.add(1);
  }
});

test('a lock that another took over meanwhile is not given back', async () => {
  const giveBack = await acquireLock('edge', options(1));
  alive.delete(1);
  await acquireLock('edge', options(2));
  await giveBack();
  await expect(acquireLock('edge', options(3))).rejects.toMatchObject({
    why: expect.stringContaining('RUN2'),
  });
});

test('a dead process of another machine with the same name proves nothing', async () => {
  const far = { ...options(1), owner: { ...options(1).owner, installation: 'far' } };
  await acquireLock('edge', far);
  alive.delete(1);
  await expect(acquireLock('edge', options(2))).rejects.toThrow('another run');
});

test('a process that has the number of the one that died takes over', async () => {
  await acquireLock('edge', options(1));
  await acquireLock('edge', { ...options(1), owner: { ...options(1).owner, run: 'LATER' } });
});

test('of many at once exactly one gets it', async () => {
  alive = new Set(Array.from({ length: 20 }, (_, at) => at + 1));
  const tries = await Promise.allSettled([...alive].map((pid) => acquireLock('edge', options(pid))));
  expect(tries.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
});
