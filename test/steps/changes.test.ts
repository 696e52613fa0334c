import { expect, test } from 'vitest';
import type { Facts, GuestFacts } from '../../src/facts/facts.ts';
import { configureGuest } from '../../src/steps/configure-guest.ts';
import { growDisk } from '../../src/steps/grow-disk.ts';
import { emptyFacts } from '../run/world.ts';

const guest = { name: 'edge-server-1', vmid: 100, node: 'pve1', uid: 'abc', step: 'clone edge-server-1' };

function facts(config: Record<string, string>): Facts {
  const there: GuestFacts = {
    vmid: 100,
    type: 'qemu',
    node: 'pve1',
    name: 'edge-server-1',
    status: 'running',
    template: false,
    tags: [],
    macs: [],
    addresses: [],
    config,
    identity: { uid: 'abc', spec: '' },
  };
  return { ...emptyFacts, guests: [there] };
}

const wanted = { guest, set: { cores: 2, tags: 'a;b', hookscript: 'x' }, clear: ['args', 'net5'] };

test('what somebody changed by hand stands beside what it will be again, and nothing else', () => {
  const drifted = facts({ cores: '8', tags: 'b;a', args: '-foo' });
  expect(configureGuest.calls({ ...wanted, isNew: false }, drifted)[0]).toMatchObject({
    changes: {
      cores: { was: '8', will: '2' },
      hookscript: { was: null, will: 'x' },
      args: { was: '-foo', will: null },
    },
  });
  const same = facts({ cores: '2', tags: 'b;a', hookscript: 'x' });
  expect(configureGuest.calls({ ...wanted, isNew: false }, same)[0]).toMatchObject({ changes: {} });
});

test('a new guest has nothing that could change', () => {
  expect(configureGuest.calls({ ...wanted, isNew: true }, emptyFacts)[0]).not.toHaveProperty('changes');
});

test('a disk grows from what it is', () => {
  const args = { guest, disk: 'scsi0', size: '40G' };
  const there = facts({ scsi0: 'local-lvm:vm-100-disk-0,size=20G' });
  expect(growDisk.calls(args, there)[0]).toMatchObject({ changes: { scsi0: { was: '20G', will: '40G' } } });
  expect(growDisk.calls(args, emptyFacts)[0]).not.toHaveProperty('changes');
});
