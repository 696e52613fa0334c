import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { networkOf } from '../../src/maas-image/network.ts';
import { networkPicture } from '../../src/maas-image/picture.ts';
import { testEdges } from './edges.ts';

const CASES = resolve(import.meta.dirname, 'cases/network');

test('a bridge on a VLAN of a bond, and another VLAN of that bond', async () => {
  const network = await networkOf(join(CASES, 'bond-vlans-odd-names.yaml'), testEdges());
  expect(networkPicture(network)).toEqual([
    'vmbr0  bridge  10.10.0.21/24  gateway 10.10.0.1',
    '└─ bond0.10  VLAN 10  (storage-and-all.10 in MAAS)',
    '   └─ bond0  bond active-backup  10.30.0.21/24  mtu 9000  (storage-and-all in MAAS)',
    '      ├─ enp129s0f0np0  NIC  52:54:00:00:00:01  mtu 9000',
    '      └─ enp129s0f1np1  NIC  52:54:00:00:00:02  mtu 9000',
    'bond0.20  VLAN 20  10.20.0.21/24  mtu 9000  (storage-and-all.20 in MAAS)',
    '└─ bond0  bond active-backup  10.30.0.21/24  mtu 9000  (storage-and-all in MAAS)',
    '   ├─ enp129s0f0np0  NIC  52:54:00:00:00:01  mtu 9000',
    '   └─ enp129s0f1np1  NIC  52:54:00:00:00:02  mtu 9000',
  ]);
});

test('VLANs of a bridge hang below it; ASCII where nothing else can be shown', async () => {
  const network = await networkOf(join(CASES, 'vlans-of-the-port.yaml'), testEdges());
  expect(networkPicture(network, { ascii: true })).toEqual([
    'vmbr0  bridge, VLAN-aware  10.10.0.21/24  gateway 10.10.0.1  mtu 9000',
    '|- eno1  NIC  52:54:00:00:00:01  mtu 9000',
    '|- vmbr0.50  VLAN 50  10.50.0.21/24  (eno1.50 in MAAS)',
    '`- vmbr0.60  VLAN 60  mtu 9000  (eno1.60 in MAAS)',
  ]);
});
