import { expect, test } from 'vitest';
import { type HaWorld, withHaWorld } from './ha-world.ts';

/** What others came to use since stays, and they are named; what is ours alone goes. */
const ANSWERS = `version: 1
clusters:
  - name: edge
    nodes: [pve1]
    storage: shared
    start: false
    groups: [{ name: g, memory: 512, virtiofs: [{ path: /srv/data, tag: data }] }]
`;

const inWorld = (work: (world: HaWorld) => Promise<void>) =>
  withHaWorld('9.2', async (world) => {
    await world.target.host('pve1')?.run(['mkdir', '-p', '/srv/data']);
    await work(world);
  });

const mappingsOf = ({ target }: HaWorld) =>
  target.pve.get<{ id: string; description?: string }[]>('/cluster/mapping/dir');

/** Somebody else's guest that uses our mapping. */
function makeUser({ target, done }: HaWorld): Promise<void> {
  return done(target.pve.post('/nodes/pve1/qemu', { vmid: 500, name: 'billing', virtiofs3: 'data' }));
}

test('a template that a guest was cloned from since is not taken back, and the guest is named', () =>
  inWorld(async ({ target, carryOut, done, undo, events }) => {
    const run = await carryOut(ANSWERS);
    const guests = await target.pve.get<{ vmid: number; template?: number }[]>('/nodes/pve1/qemu');
    const template = guests.find((guest) => guest.template)?.vmid;
    await done(target.pve.post(`/nodes/pve1/qemu/${template}/clone`, { newid: 500, name: 'billing' }));
    await undo(run, 'failed');
    expect(JSON.stringify(events)).toContain('"why":"its linked clones: billing (500 on pve1)"');
  }));

test('a mapping that a guest came to use since is not taken back', () =>
  inWorld(async (world) => {
    const run = await world.carryOut(ANSWERS);
    await makeUser(world);
    await world.undo(run, 'failed');
    expect(JSON.stringify(world.events)).toContain('"why":"by billing (500 on pve1)"');
    expect(await mappingsOf(world)).toHaveLength(1);
  }));

test('our mapping stays while another guest uses it, and goes with its last user', () =>
  inWorld(async (world) => {
    const { target, carryOut, plan, done } = world;
    await carryOut(ANSWERS);
    expect(await mappingsOf(world)).toMatchObject([{ id: 'data', description: 'proxwright: cluster=edge' }]);
    await makeUser(world);
    const { plan: removal } = await plan(ANSWERS, 'destroy');
    expect(removal.findings.map(({ message }) => message)).toContain(
      'directory mapping data stays: billing (500 on pve1) uses it',
    );
    await carryOut(ANSWERS, 'destroy');
    expect(await mappingsOf(world)).toHaveLength(1);
    await done(target.pve.delete('/nodes/pve1/qemu/500'));
    await carryOut(ANSWERS, 'destroy');
    expect(await mappingsOf(world)).toEqual([]);
  }));

const WITHOUT = ANSWERS.replace(/, virtiofs: .*\]/, '').replace('memory: 512', 'memory: 512 }]');

test('a share that is taken out of the answers takes its mapping along, and undo brings both back', () =>
  inWorld(async (world) => {
    const { carryOut, plan, undo, target } = world;
    await carryOut(ANSWERS);
    const { vmid } = (await plan(ANSWERS)).plan.guests[0]!;
    const share = async () =>
      (await target.pve.get<{ virtiofs0?: string }>(`/nodes/pve1/qemu/${vmid}/config`)).virtiofs0;
    const run = await carryOut(WITHOUT);
    expect(await mappingsOf(world)).toEqual([]);
    expect(await share()).toBeUndefined();
    expect((await plan(WITHOUT)).steps.filter(({ needed }) => needed)).toEqual([]);
    await undo(run);
    expect(await mappingsOf(world)).toMatchObject([{ id: 'data', description: 'proxwright: cluster=edge' }]);
    expect(await share()).toBe('data');
  }));

test('it stays for a cluster of the same answers that wants it, and for whoever came to use it', () =>
  inWorld(async (world) => {
    const { carryOut, plan } = world;
    await carryOut(ANSWERS);
    const ebb = ANSWERS.replace(/^version.*\nclusters:\n/, '').replace('edge', 'ebb');
    expect((await plan(WITHOUT + ebb)).plan.steps.filter(({ verb }) => verb === 'unmap-directory')).toEqual(
      [],
    );
    await carryOut(WITHOUT + ebb);
    expect(await mappingsOf(world)).toHaveLength(1);
    await carryOut(ANSWERS);
    await makeUser(world);
    expect((await plan(WITHOUT)).plan.findings.map(({ message }) => message)).toContain(
      'directory mapping data stays: ebb-g-1 (101 on pve1) and 1 more use it',
    );
  }));

test('our hookscripts go with the last hookscript of the answers', () =>
  inWorld(async ({ carryOut, plan, target, undo }) => {
    const host = target.host('pve1')!;
    await host.write('/var/lib/vz/snippets/note.sh', '#!/bin/sh\n', { mode: 0o755 });
    const hooked = WITHOUT.replace('storage: shared', 'storage: shared\n    snippets: local').replace(
      ' }]',
      ', hookscripts: [local:snippets/note.sh] }]',
    );
    const plain = hooked.replace(', hookscripts: [local:snippets/note.sh]', '');
    const there = async () => Boolean(await host.read('/var/lib/vz/snippets/proxwright-hooks.pl'));
    await carryOut(hooked);
    expect(await there()).toBe(true);
    const run = await carryOut(plain);
    expect(await there()).toBe(false);
    expect((await plan(plain)).steps.filter(({ needed }) => needed)).toEqual([]);
    await undo(run);
    expect(await there()).toBe(true);
    expect((await plan(hooked)).steps.filter(({ needed }) => needed)).toEqual([]);
  }));

test('what two clusters of the same answers share goes when both are removed', () =>
  inWorld(async (world) => {
    const { carryOut, plan, target } = world;
    await target.host('pve1')?.write('/var/lib/vz/snippets/note.sh', '#!/bin/sh\n', { mode: 0o755 });
    const one = ANSWERS.replace('storage: shared', 'storage: shared\n    snippets: local').replace(
      ' }]\n',
      ', hookscripts: [local:snippets/note.sh] }]\n',
    );
    const both = one + one.replace(/^version.*\nclusters:\n/, '').replace('edge', 'ebb');
    await carryOut(both);
    expect((await plan(both, 'destroy')).plan.findings).toEqual([]);
    await carryOut(both, 'destroy');
    expect(await mappingsOf(world)).toEqual([]);
    expect(await target.host('pve1')?.read('/var/lib/vz/snippets/proxwright-hooks.pl')).toBeUndefined();
    expect((await plan(both, 'destroy')).steps.filter(({ needed }) => needed)).toEqual([]);
  }));
