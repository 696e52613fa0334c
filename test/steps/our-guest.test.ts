import { expect, test } from 'vitest';
import { ApiError } from '../../src/errors.ts';
import type { Facts, GuestFacts } from '../../src/facts/facts.ts';
import type { StepContext } from '../../src/plan/verb.ts';
import { lookUp, ownPlace, placeOf } from '../../src/steps/our-guest.ts';
import { emptyFacts } from '../run/world.ts';

const guest = { name: 'edge-server-1', vmid: 100, node: 'pve1', uid: 'abc', step: 'clone edge-server-1' };

function there(more: Partial<GuestFacts>): GuestFacts {
  return {
    vmid: 100,
    type: 'qemu',
    node: 'pve1',
    name: 'edge-server-1',
    status: 'running',
    template: false,
    tags: [],
    macs: [],
    addresses: [],
    identity: { uid: 'abc', spec: '' },
    ...more,
  };
}

function context(guests: readonly GuestFacts[], receipt?: { vmid: number; node: string }) {
  const facts: Facts = { ...emptyFacts, guests };
  return { facts, receipt: () => receipt };
}

test('a guest that is not there yet is where its clone step put it', () => {
  expect(ownPlace(guest, context([]))).toEqual({ vmid: 100, node: 'pve1' });
  expect(ownPlace(guest, context([], { vmid: 107, node: 'pve2' }))).toEqual({ vmid: 107, node: 'pve2' });
});

test('a guest that was migrated since is found where it is', () => {
  const moved = context([there({ node: 'pve3' })], { vmid: 100, node: 'pve1' });
  expect(placeOf(guest, moved)).toEqual({ vmid: 100, node: 'pve3' });
});

test('another guest under the same id is left alone', () => {
  const foreign = there({ name: 'billing', identity: { uid: 'other', spec: '' } });
  expect(() => ownPlace(guest, context([foreign], { vmid: 100, node: 'pve1' }))).toThrow(
    'guest 100 is not the "edge-server-1" that proxwright made',
  );
});

test('a copy with our line under another name is no guest of ours', () => {
  expect(() => ownPlace(guest, context([there({ name: 'my-copy' })], { vmid: 100, node: 'pve1' }))).toThrow(
    'is not the',
  );
});

test('a guest that is migrated while a run is at work is not taken for one that is gone', async () => {
  const nodes = new Map([[100, 'pve3']]);
  const pve = {
    async get(path: string) {
      if (path === '/cluster/resources') return [...nodes].map(([vmid, node]) => ({ vmid, node }));
      const [, node, vmid] = /^\/nodes\/(\w+)\/qemu\/(\d+)\/config$/.exec(path) ?? [];
      if (nodes.get(Number(vmid)) === node) return { name: 'edge-server-1' };
      const text = `Configuration file 'nodes/${node}/qemu-server/${vmid}.conf' does not exist`;
      throw new ApiError(text, { status: 500, method: 'GET', path });
    },
  };
  const at = { pve } as unknown as StepContext;
  expect(await lookUp({ vmid: 100, node: 'pve1' }, at)).toMatchObject({ node: 'pve3' });
  expect(await lookUp({ vmid: 100, node: 'pve3' }, at)).toMatchObject({ node: 'pve3' });
  nodes.delete(100);
  expect(await lookUp({ vmid: 100, node: 'pve1' }, at)).toBeUndefined();
});
