import { expect, test } from 'vitest';
import { apiPath } from '../../src/pve/pve.ts';
import { withHaWorld } from './ha-world.ts';

const ANSWERS = `version: 1
clusters:
  - name: old
    template: golden
    nodes: [pve1, pve2]
    clone: full
    storage: ceph
    snippets: shared
    wait: { address: false }
    groups: [{ name: box, count: 2, memory: 512, virtiofs: [{ path: "/srv/a, b", tag: data }] }]
`;

test('a cluster of 8.2 gets its shares by hookscript, once, and leaves nothing behind', async () => {
  await withHaWorld('8.2', async ({ target, carryOut, plan, running, done }) => {
    const snippets = '/mnt/pve/shared/snippets';
    for (const node of ['pve1', 'pve2']) await target.host(node)?.run(['mkdir', '-p', '/srv/a, b']);
    const golden = { vmid: 9000, name: 'golden', memory: 64, scsi0: 'ceph:8', scsi1: 'ceph:cloudinit' };
    await done(target.pve.post('/nodes/pve1/qemu', golden));
    await done(target.pve.post('/nodes/pve1/qemu/9000/template'));

    await carryOut(ANSWERS);
    expect(await running()).toEqual(['old-box-1', 'old-box-2']);
    const { facts, steps } = await plan(ANSWERS);
    expect(steps.filter(({ needed }) => needed).map(({ id }) => id)).toEqual([]);
    for (const { vmid, node } of facts.guests.filter(({ identity }) => identity?.cluster === 'old')) {
      const { args, hookscript, description, virtiofs0 } = await target.pve.get<Record<string, string>>(
        apiPath`/nodes/${node}/qemu/${vmid}/config`,
      );
      expect(args).toContain('path=/srv/a,, b');
      expect(hookscript).toBe('shared:snippets/proxwright-hooks.pl');
      expect(description).toMatch(/^hook-script: shared:snippets\/proxwright-virtiofsd.pl\n/);
      expect(virtiofs0).toBeUndefined();
    }
    const { stdout } = (await target.host('pve1')?.run(['ls', '-1', snippets])) ?? { stdout: '' };
    expect(stdout).toContain('proxwright-virtiofsd.pl');

    await carryOut(ANSWERS, 'destroy');
    expect(await target.host('pve2')?.run(['ls', '-1', snippets])).toMatchObject({
      stdout: expect.not.stringContaining('proxwright-'),
    });
    expect(await target.pve.get('/cluster/mapping/dir')).toEqual([]);
  });
});
