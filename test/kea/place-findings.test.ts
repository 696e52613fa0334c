import { expect, test } from 'vitest';
import { parseGuestConf } from '../../src/kea/guest-conf.ts';
import { quietSurroundings } from '../../src/kea/networks.ts';
import { placeFindings } from '../../src/kea/place-findings.ts';

const finding = (vmid: number, nic: string | null) => ({
  vmid,
  nic,
  severity: 'error' as const,
  message: '',
});

test('a finding belongs to the network of its NIC, or to all of its guest; a NIC that cannot be read to none', () => {
  const text =
    'net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=20\nnet1: virtio=BC:24:11:00:00:02,bridge=vmbr1,firewall=1\nnet2: rubbish\n';
  const guests = [parseGuestConf(text, { vmid: 100, kind: 'qemu' })];
  const findings = [finding(100, 'net0'), finding(100, 'net2'), finding(100, null), finding(101, 'net0')];
  const placed = (around = quietSurroundings) =>
    placeFindings(findings, { guests, around }).map(({ networks }) => networks);
  expect(placed()).toEqual([['vmbr0.20'], [], ['vmbr0.20', 'vmbr1'], []]);
  expect(placed({ ...quietSurroundings, firewalledDhcp: new Set([100]) })[2]).toEqual([
    'vmbr0.20',
    'fwbr100i1',
  ]);
});
