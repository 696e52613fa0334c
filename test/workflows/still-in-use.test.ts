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
