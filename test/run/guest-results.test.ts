import { expect, test } from 'vitest';
import type { GuestFacts } from '../../src/facts/facts.ts';
import type { GuestResult } from '../../src/run/events.ts';
import { withAddresses } from '../../src/run/guest-results.ts';
import { emptyFacts } from './world.ts';

const results: GuestResult[] = [
  { name: 'a', vmid: 100, node: 'pve1', address: '', mac: 'BC:24:11:00:00:01' },
  { name: 'b', vmid: 101, node: 'pve1', address: '10.0.0.7', mac: 'BC:24:11:00:00:02' },
  { name: 'stopped', vmid: 102, node: 'pve1', address: '', mac: 'BC:24:11:00:00:03' },
  { name: 'silent', vmid: 103, node: 'pve1', address: '', mac: 'BC:24:11:00:00:04' },
  { name: 'forbidden', vmid: 104, node: 'pve1', address: '', mac: 'BC:24:11:00:00:05' },
];
const facts = {
  ...emptyFacts,
  guests: results.map(
    ({ vmid, name }) => ({ vmid, status: name === 'stopped' ? name : 'running' }) as GuestFacts,
  ),
};

test('running guests without a known address are asked, for a while; the others are not', async () => {
  const asked: number[] = [];
  const slept: number[] = [];
  const found = withAddresses(
    results,
    {
      facts,
      clock: {
        now: () => 0,
        random: () => 0,
        sleep(milliseconds) {
          slept.push(milliseconds);
          return new Promise((resolve) => setImmediate(resolve));
        },
      },
      async addressOf({ vmid }) {
        asked.push(vmid);
        if (vmid === 104) throw new Error('permission check failed');
        if (vmid === 103) return new Promise<never>(() => {});
        return '10.0.0.9';
      },
    },
    new AbortController().signal,
  );
  expect((await found).map(({ address }) => address)).toEqual(['10.0.0.9', '10.0.0.7', '', '', '']);
  expect(asked).toEqual([100, 103, 104]);
  expect(slept).toEqual([3000]);
});
