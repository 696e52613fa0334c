import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LAB } from '../../src/sandbox/seed/lab.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { Client, temporarySandbox } from './client.ts';

let sandbox: Sandbox;
let client: Client;
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ sandbox, remove } = await temporarySandbox({ speed: 100 }));
  client = await Client.root(sandbox);
});
afterAll(() => remove());

const make = async (vmid: number) => {
  const task = await client.run('POST', '/nodes/pve1/qemu', { vmid });
  expect(task.exitstatus).toBe('OK');
};

describe('high availability', () => {
  it('starts and stops what it manages', async () => {
    await make(240);
    await client.data('POST', '/cluster/ha/resources', { sid: 'vm:240', state: 'started' });
    const until = async (status: string) => {
      for (;;) {
        const now = await client.data<{ status: string }>('GET', '/nodes/pve1/qemu/240/status/current');
        if (now.status === status) return;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    await until('running');
    expect((await client.run('POST', '/nodes/pve1/qemu/240/status/stop')).type).toBe('hastop');
    await until('stopped');
    const kept = await client.send('DELETE', '/nodes/pve1/qemu/240');
    expect(kept.reason).toBe('unable to remove VM 240 - used in HA resources and purge parameter not set.');
  });

  it('keeps rules of resources, and forgets them with the resource', async () => {
    for (const vmid of [250, 251]) {
      await make(vmid);
      await client.data('POST', '/cluster/ha/resources', { sid: `vm:${vmid}`, state: 'stopped' });
    }
    await managerUp();
    const rule = {
      rule: 'apart',
      type: 'resource-affinity',
      resources: 'vm:250,vm:251',
      affinity: 'negative',
    };
    await client.data('POST', '/cluster/ha/rules', rule);
    expect(await client.data('GET', '/cluster/ha/rules/apart')).toMatchObject(rule);
    const incomplete = await client.send('POST', '/cluster/ha/rules', {
      params: { rule: 'x1', type: 'node-affinity', resources: 'vm:250' },
    });
    expect(incomplete.body.errors).toEqual({ nodes: 'property is missing and it is not optional' });
    await client.data('DELETE', '/cluster/ha/resources/vm:251');
    expect(await client.data('GET', '/cluster/ha/rules/apart')).toMatchObject({ resources: 'vm:250' });
    await client.data('DELETE', '/cluster/ha/resources/vm:250');
    expect(await client.data('GET', '/cluster/ha/rules')).toEqual([]);
  });

  it('refuses rules that the manager could not keep to', async () => {
    const sids = ['vm:255', 'vm:256', 'vm:257', 'vm:258'];
    for (const sid of sids) {
      await make(Number(sid.slice(3)));
      await client.data('POST', '/cluster/ha/resources', { sid, state: 'stopped' });
    }
    await managerUp();
    const send = async (params: Record<string, unknown>): Promise<string> =>
      (await client.send('POST', '/cluster/ha/rules', { params })).reason;
    const apart = { rule: 'a1', type: 'resource-affinity', affinity: 'negative' };
    const homes = { rule: 'n1', type: 'node-affinity', resources: 'vm:255' };
    expect(await send({ ...apart, resources: sids.join(',') })).toContain(
      'more resources than available nodes',
    );
    expect(await send({ ...apart, resources: 'vm:255' })).toContain('less than two resources');
    expect(await send({ ...homes, nodes: 'pve9' })).toContain('cannot use non-existent node(s) pve9.');
    expect(await send({ ...homes, nodes: 'pve1:2,pve2' })).toBe('OK');
    expect(await send({ ...homes, nodes: 'pve1' })).toContain("HA rule 'n1' already defined");
    expect(await send({ ...homes, rule: 'n2', nodes: 'pve1' })).toContain(
      "resource 'vm:255' is already used in another node affinity rule",
    );
    expect(await send({ ...apart, resources: 'vm:255,vm:256' })).toContain('with multiple priorities');
    const group = await client.send('POST', '/cluster/ha/groups', { params: { group: 'g1', nodes: 'pve1' } });
    expect(group.reason).toBe('cannot create group: ha groups have been migrated to rules');
    for (const sid of sids) await client.data('DELETE', `/cluster/ha/resources/${sid}`);
  });

  it('has groups in place of rules where it is PVE 8', async () => {
    const version = { ...LAB.version, release: '8.4', version: '8.4.14' };
    const old = await temporarySandbox({ speed: 500, seed: { ...LAB, version } });
    try {
      const root = await Client.root(old.sandbox);
      const params = { vmid: 200, name: 'one' };
      expect((await root.run('POST', '/nodes/pve1/qemu', params)).exitstatus).toBe('OK');
      expect(await root.data('GET', '/cluster/ha/groups')).toEqual([]);
      expect((await root.send('GET', '/cluster/ha/rules')).status).toBe(501);
      const group = { group: 'g1', nodes: 'pve1:2,pve2', restricted: 1 };
      await root.data('POST', '/cluster/ha/groups', group);
      expect(await root.data('GET', '/cluster/ha/groups/g1')).toMatchObject({ ...group, type: 'group' });
      const newer = { sid: 'vm:200', group: 'g1', failback: 0 };
      const refused = await root.send('POST', '/cluster/ha/resources', { params: newer });
      expect(Object.keys(refused.body.errors ?? {})).toEqual(['failback']);
      await root.data('POST', '/cluster/ha/resources', { sid: 'vm:200', group: 'g1', state: 'stopped' });
      const nowhere = await root.send('PUT', '/cluster/ha/resources/vm:200', { params: { group: 'g2' } });
      expect(nowhere.reason).toBe("HA group 'g2' does not exist");
      expect((await root.send('DELETE', '/cluster/ha/groups/g1')).reason).toBe(
        "delete ha group failed: ha group is used by service 'vm:200'",
      );
      await root.data('DELETE', '/cluster/ha/resources/vm:200');
      await root.data('DELETE', '/cluster/ha/groups/g1');
      expect(await root.data('GET', '/cluster/ha/groups')).toEqual([]);
    } finally {
      await old.remove();
    }
  });

  /** The first resource wakes the manager. */
  async function managerUp(): Promise<void> {
    for (;;) {
      const rows = await client.data<{ type: string }[]>('GET', '/cluster/ha/status/current');
      if (rows.some((row) => row.type === 'lrm')) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
});
