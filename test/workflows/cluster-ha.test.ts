import { describe, expect, test } from 'vitest';
import type { HaRow } from '../../src/pve/ha.ts';
import { hasSchema, problemsOf } from '../steps/real-schema.ts';
import { type HaWorld, withHaWorld } from './ha-world.ts';

const answers = ({
  count = 3,
  ha = '{ enabled: true, anti_affinity: true }',
  nodes = 'all',
  bridge = 'vmbr0',
} = {}): string => `version: 1
clusters:
  - name: edge
    vmid: 9100
    storage: ceph
    nodes: ${nodes}
    ha: ${ha}
    groups:
      - { name: server, count: ${count}, memory: 256, networks: [{ bridge: ${bridge} }] }
      - { name: agent, count: 1, memory: 256 }
`;

const MARK = 'proxwright: cluster=edge group=server';
const foreignResource = { sid: 'vm:500', state: 'ignored', comment: 'proxwright: cluster=other group=x' };

/** Without what changes by itself. */
function plain(rows: readonly HaRow[]): HaRow[] {
  return rows
    .map(({ digest: _, type: __, ...row }) => row)
    .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}

async function sids(world: HaWorld): Promise<string[]> {
  return (await world.rows('resources')).map((row) => String(row.sid)).sort();
}

async function nothingLeftToDo(world: HaWorld, text: string): Promise<void> {
  const again = await world.plan(text);
  expect(again.steps.filter((step) => step.needed).map(({ id }) => id)).toEqual([]);
}

describe('the life of a cluster under HA, with rules (PVE 9)', () => {
  test('made, repeated, scaled, changed, taken back, out of HA and destroyed: what others made stays', async () => {
    await withHaWorld('9.2', async (world) => {
      await world.makeForeign(500, 'mail');
      await world.target.pve.post('/cluster/ha/resources', foreignResource);
      const theirs = {
        rule: 'theirs',
        type: 'node-affinity',
        resources: 'vm:500',
        nodes: 'pve1',
        comment: 'x',
      };
      await world.target.pve.post('/cluster/ha/rules', theirs);
      world.sent.length = 0;

      await world.carryOut(answers());
      const apart = async (): Promise<HaRow | undefined> =>
        (await world.rows('rules')).find((row) => row.rule === 'proxwright_edge_server_apart');
      expect(await sids(world)).toEqual(['vm:500', 'vm:9100', 'vm:9101', 'vm:9102', 'vm:9103']);
      const resource = (await world.rows('resources')).find((row) => row.sid === 'vm:9100');
      expect(resource).toMatchObject({ state: 'started', max_restart: 1, max_relocate: 1, comment: MARK });
      expect(await apart()).toMatchObject({
        type: 'resource-affinity',
        affinity: 'negative',
        resources: 'vm:9100,vm:9101,vm:9102',
        comment: MARK,
      });
      await nothingLeftToDo(world, answers());

      await world.carryOut(answers({ count: 2 }));
      expect(await sids(world)).toEqual(['vm:500', 'vm:9100', 'vm:9101', 'vm:9103']);
      expect(await apart()).toMatchObject({ resources: 'vm:9100,vm:9101' });
      expect(await world.running()).toEqual(['edge-agent-1', 'edge-server-1', 'edge-server-2']);

      // Somebody puts a guest of theirs into our rule, and disables nothing.
      const shared = { type: 'resource-affinity', resources: 'vm:9100,vm:9101,vm:500' };
      await world.target.pve.put('/cluster/ha/rules/proxwright_edge_server_apart', shared);
      await nothingLeftToDo(world, answers({ count: 2 }));

      const before = plain([...(await world.rows('resources')), ...(await world.rows('rules'))]);
      const bound = answers({
        count: 2,
        nodes: '[pve1, pve2, pve3]',
        ha: '{ enabled: true, max_restart: 3 }',
      });
      const changed = await world.carryOut(bound);
      const rules = await world.rows('rules');
      expect(rules.map((row) => row.rule).sort()).toEqual(['proxwright_edge_nodes', 'theirs']);
      expect(rules.find((row) => row.rule === 'proxwright_edge_nodes')).toMatchObject({
        nodes: 'pve1,pve2,pve3',
        resources: 'vm:9100,vm:9101,vm:9103',
        strict: 1,
      });
      await nothingLeftToDo(world, bound);
      await world.undo(changed);
      expect(plain([...(await world.rows('resources')), ...(await world.rows('rules'))])).toEqual(before);

      const off = await world.carryOut(answers({ count: 2, ha: '{}' }));
      expect(await sids(world)).toEqual(['vm:500']);
      expect((await world.rows('rules')).map((row) => row.rule)).toEqual(['theirs']);
      expect(await world.running()).toEqual(['edge-agent-1', 'edge-server-1', 'edge-server-2']);
      await world.undo(off);
      expect(plain([...(await world.rows('resources')), ...(await world.rows('rules'))])).toEqual(before);

      await world.carryOut(answers({ count: 2 }), 'destroy');
      expect(await sids(world)).toEqual(['vm:500']);
      expect(await world.rows('rules')).toMatchObject([theirs]);
      expect((await world.rows('resources'))[0]).toMatchObject(foreignResource);
      if (hasSchema) expect([...new Set(world.sent.flatMap(problemsOf))]).toEqual([]);
    });
  }, 60_000);

  test('guests that are made anew leave HA before they stop, and the new ones are kept apart', async () => {
    await withHaWorld('9.2', async (world) => {
      await world.carryOut(answers());
      world.sent.length = 0;
      await world.carryOut(answers({ bridge: 'vmbr1' }));
      const order = world.sent.flatMap(({ method, path }) => {
        const [, vmid] = /(?:vm%3A|qemu\/)(910[0-2])(?:\/status\/shutdown)?$/.exec(path) ?? [];
        if (vmid === undefined || method === 'GET') return [];
        return [`${path.includes('resources') ? 'leaves' : method === 'POST' ? 'stops' : 'goes'} ${vmid}`];
      });
      for (const vmid of [9100, 9101, 9102])
        expect(order.filter((line) => line.endsWith(String(vmid)))).toEqual(
          ['leaves', 'stops', 'goes'].map((what) => `${what} ${vmid}`),
        );
      const left = await sids(world);
      expect(left).toHaveLength(4);
      const rules = await world.rows('rules');
      const servers = left.filter((sid) => sid !== 'vm:9103');
      expect(rules).toMatchObject([{ rule: 'proxwright_edge_server_apart', resources: servers.join(',') }]);
      await nothingLeftToDo(world, answers({ bridge: 'vmbr1' }));
    });
  }, 60_000);

  test('what the upgrade to PVE 9 made of our groups gives way to our rules', async () => {
    await withHaWorld('9.2', async (world) => {
      await world.carryOut(answers({ ha: '{ enabled: true }' }));
      const migrated = { rule: 'ha-group-proxwright_edge_server_pve1', type: 'node-affinity', comment: MARK };
      await world.target.pve.post('/cluster/ha/rules', {
        ...migrated,
        resources: 'vm:9100',
        nodes: 'pve1:2,pve2:1,pve3:1',
      });
      await world.carryOut(answers({ nodes: '[pve1, pve2, pve3]' }));
      const rules = (await world.rows('rules')).map((row) => row.rule);
      expect(rules.sort()).toEqual(['proxwright_edge_nodes', 'proxwright_edge_server_apart']);
    });
  }, 60_000);

  test('undo of the first run leaves nothing in HA', async () => {
    await withHaWorld('9.2', async (world) => {
      await world.undo(await world.carryOut(answers({ nodes: '[pve1, pve2, pve3]' })));
      expect(await world.rows('resources')).toEqual([]);
      expect(await world.rows('rules')).toEqual([]);
      expect(await world.running()).toEqual([]);
    });
  }, 60_000);

  test('requests that go wrong, or whose answers are lost, are made good', async () => {
    const faults = (['status', 'reset', 'reset-after', 'lock-timeout'] as const).map((kind, at) => ({
      match: { path: '^/cluster/ha' },
      probability: 0.05,
      seed: at + 1,
      kind,
      ...(kind === 'status' ? { status: 500, text: "error during cfs-locked 'domain-ha' operation" } : {}),
    }));
    await withHaWorld(
      '9.2',
      async (world) => {
        const text = answers({ count: 4, nodes: '[pve1, pve2, pve3]' });
        await world.carryOut(text);
        await nothingLeftToDo(world, text);
        const fewer = answers({ count: 2, nodes: '[pve1, pve2]' });
        await world.carryOut(fewer);
        await nothingLeftToDo(world, fewer);
        await world.carryOut(text);
        await nothingLeftToDo(world, text);
        await world.carryOut(text, 'destroy');
      },
      faults,
    );
  }, 60_000);

  test('a guest of ours that somebody put under HA goes all the same, and the rule of theirs lacks it', async () => {
    await withHaWorld('9.2', async (world) => {
      await world.carryOut(answers({ ha: '{}' }));
      for (const sid of ['vm:9100', 'vm:9101', 'vm:9102'])
        await world.target.pve.post('/cluster/ha/resources', { sid, comment: 'by hand' });
      const theirs = { rule: 'theirs', type: 'node-affinity', nodes: 'pve1,pve2,pve3' };
      await world.target.pve.post('/cluster/ha/rules', { ...theirs, resources: 'vm:9100,vm:9102' });
      // Not in the answers, so it is left alone as long as its guest is there.
      await nothingLeftToDo(world, answers({ ha: '{}' }));
      await world.carryOut(answers({ count: 2, ha: '{}' }));
      expect(await sids(world)).toEqual(['vm:9100', 'vm:9101']);
      expect(await world.rows('rules')).toMatchObject([{ ...theirs, resources: 'vm:9100' }]);
      const { plan } = await world.plan(answers({ count: 2, nodes: '[pve1, pve2, pve3]' }));
      expect(plan.findings.map(({ message }) => message)).toContainEqual(
        expect.stringContaining('edge-server-1 is in the HA rule theirs of somebody else'),
      );
      await world.carryOut(answers({ count: 2, nodes: '[pve1, pve2, pve3]' }));
      const rows = await world.rows('resources');
      expect(rows.find((row) => row.sid === 'vm:9100')).toMatchObject({ comment: 'by hand' });
      const homes = (await world.rows('rules')).find((row) => row.rule === 'proxwright_edge_nodes');
      expect(homes).toMatchObject({ resources: 'vm:9101,vm:9103' });
    });
  }, 60_000);

  test('what was stopped by hand the manager starts; a surplus guest leaves HA before it is shut down', async () => {
    await withHaWorld('9.2', async (world) => {
      const { pve } = world.target;
      await world.carryOut(answers());
      const node = String(
        (await pve.get<{ vmid: number; node: string }[]>('/cluster/resources', { type: 'vm' })).find(
          ({ vmid }) => vmid === 9101,
        )?.node,
      );
      await pve.post(`/nodes/${node}/qemu/9101/status/stop`);
      await expect.poll(() => world.running(), { interval: 10 }).not.toContain('edge-server-2');
      await world.carryOut(answers());
      expect(await world.running()).toContain('edge-server-2');
      expect((await world.rows('resources')).every((row) => row.state === 'started')).toBe(true);

      const plan = await world.plan(answers({ count: 1 }));
      const removal = plan.steps.map(({ id }) => id).filter((id) => /out of HA|shut down|destroy/.test(id));
      expect(removal.indexOf('take edge-server-2 (9101) out of HA')).toBeLessThan(
        removal.indexOf('shut down edge-server-2 (9101)'),
      );
    });
  }, 60_000);

  test('a rule of our name that is not ours stops the plan', async () => {
    await withHaWorld('9.2', async (world) => {
      await world.carryOut(answers());
      const [rule] = (await world.rows('rules')).filter((row) => row.rule === 'proxwright_edge_server_apart');
      await world.target.pve.put(`/cluster/ha/rules/${String(rule?.rule)}`, {
        type: 'resource-affinity',
        comment: 'mine now',
      });
      const { plan } = await world.plan(answers());
      expect(plan.findings.filter(({ severity }) => severity === 'error')).toMatchObject([
        { message: expect.stringContaining('HA rule proxwright_edge_server_apart is there') },
      ]);
    });
  }, 60_000);
});

describe('the life of a cluster under HA, with groups (PVE 8)', () => {
  test('each guest prefers its node; changed, taken back and destroyed: what others made stays', async () => {
    await withHaWorld('8.4', async (world) => {
      await world.makeForeign(500, 'mail');
      const theirs = { group: 'theirs', nodes: 'pve1:2,pve2', comment: 'x' };
      await world.target.pve.post('/cluster/ha/groups', theirs);
      await world.target.pve.post('/cluster/ha/resources', { ...foreignResource, group: 'theirs' });
      world.sent.length = 0;

      const text = answers({ nodes: '[pve1, pve2, pve3]' });
      const made = await world.carryOut(text);
      const groups = async (): Promise<string[]> =>
        (await world.rows('groups')).map((row) => String(row.group)).sort();
      const all = [
        'proxwright_edge_agent',
        'proxwright_edge_server_pve1',
        'proxwright_edge_server_pve2',
        'proxwright_edge_server_pve3',
        'theirs',
      ];
      expect(await groups()).toEqual(all);
      const first = (await world.rows('groups')).find((row) => row.group === 'proxwright_edge_server_pve2');
      expect(first).toMatchObject({
        nodes: 'pve1:1,pve2:2,pve3:1',
        restricted: 1,
        nofailback: 0,
        comment: MARK,
      });
      const homes = (await world.rows('resources')).map((row) => String(row.group));
      expect(homes.sort()).toEqual(all);
      await nothingLeftToDo(world, text);

      const before = plain([...(await world.rows('resources')), ...(await world.rows('groups'))]);
      const together = answers({ nodes: '[pve1, pve2, pve3]', ha: '{ enabled: true, failback: false }' });
      const changed = await world.carryOut(together);
      expect(await groups()).toEqual(['proxwright_edge_agent', 'proxwright_edge_server', 'theirs']);
      await nothingLeftToDo(world, together);
      await world.undo(changed);
      expect(plain([...(await world.rows('resources')), ...(await world.rows('groups'))])).toEqual(before);

      await world.undo(made);
      expect(await groups()).toEqual(['theirs']);
      await world.carryOut(text);
      await world.carryOut(text, 'destroy');
      expect(await groups()).toEqual(['theirs']);
      expect(await world.rows('groups')).toMatchObject([theirs]);
      expect(await sids(world)).toEqual(['vm:500']);
      if (hasSchema) expect([...new Set(world.sent.flatMap(problemsOf))]).toEqual([]);
    });
  }, 60_000);
});
