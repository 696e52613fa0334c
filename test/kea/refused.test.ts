import { expect, test } from 'vitest';
import type { Network, Reservation } from '../../src/kea/networks.ts';
import { refusedReservations } from '../../src/kea/refused.ts';

const network = (count: number): Network => ({
  bridge: 'vmbr0',
  vlan: null,
  reservations: Array.from({ length: count }, (_, index) => ({ vmid: 100 + index }) as Reservation),
});

test('the culprits are found by halving, and nobody else', async () => {
  const bad = new Set([107, 180]);
  let tests = 0;
  const found = await refusedReservations(network(200), async ({ reservations }) => {
    tests += 1;
    return !reservations.some(({ vmid }) => bad.has(vmid));
  });
  expect(found.map(({ vmid }) => vmid)).toEqual([107, 180]);
  expect(tests).toBeLessThan(40);
});

test('if Kea refuses even nobody, or everybody, it is nobody’s fault', async () => {
  expect(await refusedReservations(network(8), async () => false)).toEqual([]);
  expect(
    await refusedReservations(network(200), async ({ reservations }) => reservations.length === 0),
  ).toEqual([]);
});
