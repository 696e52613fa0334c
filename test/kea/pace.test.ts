import { expect, test } from 'vitest';
import { delayAfter, gateOf } from '../../src/kea/pace.ts';

test('what keeps failing is tried more and more slowly, but always again', () => {
  expect([1, 2, 3, 8, 9, 1000].map(delayAfter)).toEqual([200, 400, 800, 25_600, 30_000, 30_000]);
});

test('no more jobs at once than there may be; one that fails makes room', async () => {
  const gate = gateOf(2);
  let running = 0;
  let most = 0;
  const job = (fails: boolean) => async (): Promise<void> => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    if (fails) throw new Error('no');
  };
  const done = await Promise.allSettled([true, false, true, false, false].map((fails) => gate(job(fails))));
  expect(done.map(({ status }) => status === 'fulfilled')).toEqual([false, true, false, true, true]);
  expect(most).toBe(2);
});
