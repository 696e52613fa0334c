import { expect, test } from 'vitest';
import { runPlan, undoRun } from '../../src/commands/running/run-plan.ts';
import type { FaultRule } from '../../src/sandbox/faults.ts';
import { type RollWorld, withRollWorld } from './roll-world.ts';

const answers = `version: 1
clusters:
  - name: tide
    vmid: 9100
    groups: [{ name: g, count: 3, memory: 256, cores: 1 }]
`;

/** Waits for a task that somebody started by hand. */
async function byHand({ target }: RollWorld, upid: Promise<string>): Promise<void> {
  const id = await upid;
  const node = id.split(':')[1];
  await expect
    .poll(async () => (await target.pve.get<{ status: string }>(`/nodes/${node}/tasks/${id}/status`)).status)
    .toBe('stopped');
}

async function nodeOf({ target }: RollWorld, vmid: number): Promise<string> {
  const rows = await target.pve.get<{ vmid: number; node: string }[]>('/cluster/resources', { type: 'vm' });
  return rows.find((row) => row.vmid === vmid)?.node ?? '';
}

test('a guest that has lost our line is nobody of ours: left alone, and named', async () => {
  await withRollWorld('tide', {}, async (world) => {
    const { apply, plan, target } = world;
    await apply(answers);
    const config = `/nodes/${await nodeOf(world, 9101)}/qemu/9101/config`;
    await target.pve.put(config, { description: 'mine now' });
    const foreign = await plan(answers);
    expect(foreign.plan.guests.map(({ vmid, change }) => [vmid, change])).toEqual([
      [9100, 'none'],
      [9103, 'create'],
      [9102, 'none'],
    ]);
    expect(foreign.plan.findings.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('tide-g-2 is made beside guest 9101'),
    );
  });
});

test('what somebody changed by hand is shown as a difference, and set right', async () => {
  await withRollWorld('tide', {}, async (world) => {
    const { apply, plan, target } = world;
    await apply(answers);
    const config = `/nodes/${await nodeOf(world, 9101)}/qemu/9101/config`;
    await target.pve.put(config, { cores: 7, tags: 'mine' });
    const changed = (await plan(answers)).steps.filter((step) => step.needed);
    expect(changed.map(({ id, why }) => [id, why])).toEqual([['configure tide-g-2', 'cores, tags differ']]);
    expect(await apply(answers)).toMatchObject({ status: 'ok', changed: 1 });
    expect(await target.pve.get(config)).toMatchObject({ cores: 1, tags: 'proxwright;tide' });
  });
});

test('a guest of ours that was deleted by hand is made again, also where its id went to somebody else', async () => {
  await withRollWorld('tide', {}, async (world) => {
    const { apply, guests, plan, target } = world;
    await apply(answers);
    const kept = guests().filter(({ vmid }) => vmid !== 9101);
    const at = `/nodes/${await nodeOf(world, 9101)}/qemu`;
    await byHand(world, target.pve.post<string>(`${at}/9101/status/stop`));
    await byHand(world, target.pve.delete<string>(`${at}/9101`));
    expect((await plan(answers)).plan.guests.map(({ vmid, change }) => `${vmid} ${change}`)).toEqual([
      '9100 none',
      '9101 create',
      '9102 none',
    ]);
    await byHand(world, target.pve.post<string>(at, { vmid: 9101, name: 'tide-g-2', memory: 64 }));
    const theirs = await target.pve.get(`${at}/9101/config`);
    expect(await apply(answers)).toMatchObject({ status: 'ok', failed: 0 });
    expect(
      guests()
        .map(({ vmid, name }) => `${vmid} ${name}`)
        .sort(),
    ).toEqual(['9100 tide-g-1', '9102 tide-g-3', '9103 tide-g-2']);
    expect(guests()).toEqual(expect.arrayContaining(kept.map(({ uid }) => expect.objectContaining({ uid }))));
    expect(await target.pve.get(`${at}/9101/config`)).toEqual(theirs);
  });
});

test('a guest that somebody took our tag from is not removed', async () => {
  await withRollWorld('tide', {}, async (world) => {
    const { apply, guests, target } = world;
    await apply(answers);
    await target.pve.put(`/nodes/${await nodeOf(world, 9102)}/qemu/9102/config`, { tags: 'keep' });
    const fewer = answers.replace('count: 3', 'count: 1');
    expect(await apply(fewer)).toMatchObject({ status: 'failed', failed: 1 });
    expect(guests().map(({ vmid }) => vmid)).toEqual(expect.arrayContaining([9100, 9102]));
    expect(guests()).toHaveLength(2);
  });
});

test('a second run tells the addresses that guests have by DHCP, as the first one did', async () => {
  await withRollWorld('tide', {}, async ({ plan, options }) => {
    const table = async (): Promise<string[]> => {
      const seen: string[] = [];
      const prepared = await plan(answers);
      await runPlan(prepared, prepared.facts, {
        ...options,
        emit(event) {
          if (event.type === 'run-finished')
            seen.push(...(event.guests ?? []).map(({ name, address }) => `${name} ${address}`));
        },
      });
      return seen;
    };
    const first = await table();
    expect(first).toHaveLength(3);
    expect(first.every((row) => /^tide-g-\d \d+\.\d+\.\d+\.\d+$/.test(row))).toBe(true);
    expect(await table()).toEqual(first);
  });
});

test('guests without a network are up when their agent answers, made anew or not', async () => {
  await withRollWorld('tide', {}, async ({ apply, guests }) => {
    const cut = (version: number) =>
      answers.replace(
        'cores: 1',
        `networks: [], ignition: { ignition: { version: 3.3.0 }, storage: { files: [{ path: /v${version} }] } }`,
      );
    expect(await apply(cut(1))).toMatchObject({ status: 'ok' });
    expect(await apply(cut(2))).toMatchObject({ status: 'ok' });
    expect(guests().map(({ vmid }) => vmid)).toHaveLength(3);
  });
});

test('a disk that the template has larger already stays as it is', async () => {
  await withRollWorld('tide', {}, async ({ apply, plan }) => {
    const small = answers.replace('cores: 1', 'disk: 1G');
    expect(await apply(small)).toMatchObject({ status: 'ok', failed: 0 });
    expect((await plan(small)).steps.filter(({ needed }) => needed)).toEqual([]);
  });
});

test('new guests have their disks on the storage of the answers, whatever templates there are', async () => {
  await withRollWorld('tide', {}, async (world) => {
    await world.apply(answers);
    const more = answers.replace('count: 3', 'count: 4').replace('vmid', 'storage: local-lvm\n    vmid');
    expect(await world.apply(more)).toMatchObject({ status: 'ok', failed: 0 });
    const disk = async (vmid: number): Promise<string> =>
      (
        await world.target.pve.get<{ scsi0: string }>(
          `/nodes/${await nodeOf(world, vmid)}/qemu/${vmid}/config`,
        )
      ).scsi0;
    expect(await disk(9102)).toMatch(/^shared:/);
    expect(await disk(9103)).toMatch(/^local-lvm:/);
    expect((await world.plan(more)).steps.filter(({ needed }) => needed)).toEqual([]);
    const { plan: elsewhere } = await world.plan(answers.replace('vmid', 'nodes: [pve3]\n    vmid'));
    expect(elsewhere.findings.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(
        /are not on the nodes of tide, and stay where they are: only new guests go to pve3$/,
      ),
    );
  });
});

test('a pool that is named later takes the guests that are there, and undo gives them back', async () => {
  await withRollWorld('tide', {}, async (world) => {
    const { apply, plan, target, options } = world;
    await apply(answers);
    await target.pve.post('/pools', { poolid: 'old' });
    await target.pve.put('/pools', { poolid: 'old', vms: 9101 });
    const pools = async (): Promise<unknown[]> =>
      (await target.pve.get<{ name: string; pool?: string }[]>('/cluster/resources', { type: 'vm' }))
        .filter(({ name }) => /^tide-g-\d$/.test(name))
        .sort((one, other) => one.name.localeCompare(other.name))
        .flatMap(({ name, pool }) => (name === 'tide-g-4' ? [] : [pool]));
    const pooled = answers.replace('vmid', 'pool: lake\n    vmid');
    const prepared = await plan(pooled);
    const { run, status } = await runPlan(prepared, prepared.facts, options);
    expect(status).toBe('ok');
    expect(await pools()).toEqual(['lake', 'lake', 'lake']);
    expect((await plan(pooled)).steps.filter(({ needed }) => needed)).toEqual([]);
    expect(await undoRun(run, options)).toMatchObject({ status: 'ok', failed: 0 });
    expect(await pools()).toEqual([undefined, 'old', undefined]);
  });
});

test('a node that fell a moment ago, and is listed as online still, counts as offline', async () => {
  const lost: FaultRule = {
    match: { path: '^/nodes/pve2/' },
    kind: 'status',
    status: 595,
    text: 'No route to host',
  };
  await withRollWorld('tide', { faults: [lost] }, async ({ apply, guests, plan }) => {
    expect((await plan(answers)).facts.nodes.map(({ name, online }) => `${name} ${online}`)).toEqual([
      'pve1 true',
      'pve2 false',
      'pve3 true',
    ]);
    expect(await apply(answers)).toMatchObject({ status: 'ok', failed: 0 });
    expect(guests()).toHaveLength(3);
  });
}, 30_000);

test('an id that somebody took in the middle of a run is not shut down, changed or removed', async () => {
  await withRollWorld('tide', {}, async (world) => {
    const { apply, plan, target, options } = world;
    await apply(answers);
    const node = await nodeOf(world, 9102);
    const less = await plan(answers.replace('count: 3', 'count: 2').replace('cores: 1', 'cores: 2'));
    const other = await plan(answers.replace('cores: 1', 'cores: 2, disk: 30G'));
    const at = `/nodes/${node}/qemu`;
    await byHand(world, target.pve.post<string>(`${at}/9102/status/stop`));
    await byHand(world, target.pve.delete<string>(`${at}/9102`));
    await byHand(world, target.pve.post<string>(at, { vmid: 9102, name: 'tide-g-3', memory: 64 }));
    await byHand(world, target.pve.post<string>(`${at}/9102/status/start`));
    const theirs = async (): Promise<unknown[]> => [
      await target.pve.get(`${at}/9102/config`),
      (await target.pve.get<{ status: string }>(`${at}/9102/status/current`)).status,
    ];
    const before = await theirs();
    expect(before[1]).toBe('running');
    for (const prepared of [other, less]) {
      expect(await runPlan(prepared, prepared.facts, options)).toMatchObject({ status: 'failed', failed: 1 });
      expect(await theirs()).toEqual(before);
    }
  });
});
