import { expect, test } from 'vitest';
import { withRollWorld } from '../system/roll-world.ts';

/** What two clusters of one answer file have in common is made once, for both. */
const cluster = (name: string, nodes: string, more: string): string =>
  `  - { name: ${name}, nodes: [${nodes}], groups: [{ name: g, memory: 256${more} }] }\n`;
const file = (...clusters: string[]): string => `version: 1\nclusters:\n${clusters.join('')}`;
const share = (path: string): string => `, virtiofs: [{ path: ${path}, tag: data }]`;

test('a share is mapped on the nodes of both, and never stands for two folders', async () => {
  await withRollWorld('tide', {}, async ({ plan }) => {
    const one = cluster('tide', 'pve1, pve2', share('/etc'));
    const both = await plan(file(one, cluster('ebb', 'pve2, pve3', share('/etc'))));
    const [map, ...others] = both.plan.steps.filter(({ verb }) => verb === 'map-directory');
    expect(others).toEqual([]);
    expect(map?.args).toHaveProperty('paths', { pve1: '/etc', pve2: '/etc', pve3: '/etc' });

    const torn = await plan(file(one, cluster('ebb', 'pve2, pve3', share('/var'))));
    expect(torn.plan.findings).toContainEqual({
      severity: 'error',
      path: 'clusters.1.groups.0.virtiofs.0.tag',
      message: 'the directory mapping data stands for /etc on pve2, not for /var',
      fix: 'choose another tag',
    });
  });
}, 30_000);

test('hookscripts are installed in the storage of each', async () => {
  await withRollWorld('tide', {}, async ({ plan }) => {
    const hook = ', hookscripts: [local:snippets/a.pl]';
    const text = file(
      cluster('tide', 'pve1', hook),
      cluster('ebb', 'pve1', hook).replace('nodes', 'snippets: local, nodes'),
    );
    const written = (await plan(text)).plan.steps.flatMap(({ args }) => {
      const { path = '' } = args as { path?: string };
      return path.endsWith('/proxwright-hooks.pl') ? [path] : [];
    });
    expect(written).toHaveLength(2);
  });
}, 30_000);

test('no two guests get one address, whichever of their cards has it; on another VLAN it is another one', async () => {
  await withRollWorld('tide', {}, async ({ plan }) => {
    const nets = (...ips: string[]): string =>
      `, networks: [${ips.map((ip) => `{ bridge: vmbr0, tag: ${ip} }`).join(', ')}]`;
    const one = cluster('tide', 'pve1', nets('20, ip: 10.0.20.11/24', '30, ip: 10.0.30.11/24'));
    const errors = async (more: string): Promise<string[]> =>
      (await plan(file(one, cluster('ebb', 'pve1', more)))).plan.findings
        .filter(({ severity }) => severity === 'error')
        .map(({ message }) => message);
    expect(await errors(nets('30, ip: 10.0.30.11/24'))).toEqual([
      '10.0.30.11, meant for ebb-g-1, is the address of tide-g-1 (100 on pve1)',
    ]);
    expect(await errors(nets('40, ip: 10.0.20.11/24'))).toEqual([]);
  });
}, 30_000);

test('a template on shared storage is made once, wherever the guests of each go', async () => {
  await withRollWorld('tide', {}, async ({ plan }) => {
    const all = (name: string, count: number): string =>
      cluster(name, 'pve1, pve2, pve3', `, count: ${count}`);
    const { steps, guests } = (await plan(file(all('tide', 1), all('ebb', 1)))).plan;
    expect(new Set(guests.map(({ node }) => node)).size).toBe(2);
    expect(steps.filter(({ verb }) => verb === 'create-template').map(({ id }) => id)).toEqual([
      'make template flatcar-stable on pve1, shared',
    ]);
  });
}, 30_000);
