import { expect, test } from 'vitest';
import { byPlace } from '../../src/kea/status-of.ts';
import { keaNetwork } from '../components/fake-kea.ts';

test('networks stand in the order in which people look for them', () => {
  const networks = [
    keaNetwork('vmbr10'),
    keaNetwork('vmbr2', { vlan: 20 }),
    keaNetwork('vmbr2'),
    keaNetwork('a'),
  ];
  expect(networks.sort(byPlace).map(({ bridge, vlan }) => `${bridge} ${vlan}`)).toEqual([
    'a null',
    'vmbr2 null',
    'vmbr2 20',
    'vmbr10 null',
  ]);
});
