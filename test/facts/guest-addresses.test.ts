import { expect, test } from 'vitest';
import { readGuests } from '../../src/facts/guests.ts';
import type { FactSource } from '../../src/facts/read.ts';

/** What the API says of two guests' configs. */
const configs: Readonly<Record<string, Record<string, unknown>>> = {
  '/nodes/pve1/qemu/100/config': {
    net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=20',
    net1: 'virtio=BC:24:11:00:00:02,bridge=vmbr1',
    ipconfig0: 'ip=10.0.20.11/24,gw=10.0.20.1,ip6=fd00::11/64',
    ipconfig1: 'ip=dhcp',
  },
  '/nodes/pve1/lxc/105/config': {
    net0: 'name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:03,ip=192.168.1.52/24,type=veth',
  },
};

test('addresses are those of guests and of containers, each with where it is', async () => {
  const source = { pve: { get: async (path: string) => configs[path] } } as unknown as FactSource;
  const rows = [
    { type: 'qemu', vmid: 100, node: 'pve1', name: 'edge' },
    { type: 'lxc', vmid: 105, node: 'pve1', name: 'printer' },
  ];
  const guests = await readGuests(rows, ['pve1'], source);
  expect(guests).toMatchObject([
    { addresses: ['10.0.20.11', 'fd00::11'], segments: ['vmbr0.20', 'vmbr0.20'] },
    { addresses: ['192.168.1.52'], segments: ['vmbr0.'], macs: ['BC:24:11:00:00:03'] },
  ]);
});
