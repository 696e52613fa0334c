import { describe, expect, test } from 'vitest';
import type { Facts } from '../../src/facts/facts.ts';
import type { KeaNodeFacts } from '../../src/facts/facts-kea.ts';
import { serializePlan } from '../../src/plan/serialize.ts';
import { verbs } from '../../src/steps/all.ts';
import { sha256 } from '../../src/steps/write-file.ts';
import { keaAnswers } from '../../src/workflows/kea/answers.ts';
import { destroyKea } from '../../src/workflows/kea/destroy.ts';
import { keaExamples, keaFacts, keaPlan, readKea } from './kea-examples.ts';

describe('answers and facts make this plan', () => {
  test.each(keaExamples)('%s', (name) => {
    expect(serializePlan(keaPlan(name, keaFacts(name))).plan).toEqual(readKea(`${name}.plan.json`));
  });

  test('equal input, equal plan', () => {
    expect(serializePlan(keaPlan('lxc', keaFacts('lxc')))).toEqual(
      serializePlan(keaPlan('lxc', keaFacts('lxc'))),
    );
  });

  test('each step says what it will run', () => {
    for (const name of ['host', 'lxc', 'docker']) {
      const facts = keaFacts(name);
      for (const { verb, args } of keaPlan(name, facts).steps)
        expect(verbs.get(verb)?.calls(args, facts), verb).not.toEqual([]);
    }
  });
});

describe('what a run left is kept apart from what somebody changed', () => {
  const facts = keaFacts('host');
  const unit = keaPlan('host', facts).steps.find(({ verb }) => verb === 'install-unit')!;
  const args = unit.args as { content: string; stamp: string; path: string; unit: string };
  const after = (change: Partial<KeaNodeFacts['host']>): Facts => {
    const host = { ...facts.kea![0]!.host, ...change };
    return { ...facts, kea: [{ ...facts.kea![0]!, host }, ...facts.kea!.slice(1)] };
  };
  const verdict = (change: Partial<KeaNodeFacts['host']>) =>
    verbs.get('install-unit')!.check(unit.args, after(change));
  const runs = { [args.unit]: { load: 'loaded', active: 'active', enabled: 'enabled' } };
  const written = { [args.path]: sha256(args.content) };

  test.each<[string, Partial<KeaNodeFacts['host']>, string | undefined]>([
    ['runs as it should', { units: runs, files: written, stamp: args.stamp }, undefined],
    ['an older program still runs', { units: runs, files: written, stamp: 'older' }, 'runs as it was before'],
    [
      'other settings',
      { units: runs, files: { [args.path]: 'aa' }, stamp: args.stamp },
      'has other settings',
    ],
    [
      'failed',
      { units: { [args.unit]: { load: 'loaded', active: 'failed', enabled: 'enabled' } }, files: written },
      'is failed',
    ],
    [
      'not enabled',
      {
        units: { [args.unit]: { load: 'loaded', active: 'active', enabled: 'disabled' } },
        files: written,
        stamp: args.stamp,
      },
      'does not start with the node',
    ],
  ])('%s', (_, change, why) => {
    expect(verdict(change)).toMatchObject(why === undefined ? { needed: false } : { needed: true, why });
  });
});

describe('a node with Open vSwitch', () => {
  const facts = keaFacts('lxc');
  const [one, ...others] = facts.kea as [KeaNodeFacts, ...KeaNodeFacts[]];
  const host = { ...one.host, packages: { ...one.host.packages, 'openvswitch-switch': '3.5.0-1' } };
  const { steps } = keaPlan('lxc', { ...facts, kea: [{ ...one, host }, ...others] });

  test('has its command in the container, where none of its services ever starts', () => {
    const install = steps.find(({ id }) => id === `install Kea in kea-${one.node}`);
    expect(install?.args).toMatchObject({ packages: expect.arrayContaining(['openvswitch-switch']) });
    expect(install?.needs.filter((id) => /ovs|openvswitch/.test(id))).toHaveLength(3);
    expect(steps.filter(({ id }) => /ovs|openvswitch/.test(id))).toHaveLength(3);
  });
});

describe('a removal', () => {
  const answers = keaAnswers.parse({});

  test('takes what is there, in whichever way it was installed, and packages that serve nobody else', () => {
    const facts = keaFacts('host');
    const [one, two, three] = facts.kea as [KeaNodeFacts, KeaNodeFacts, KeaNodeFacts];
    const files = { '/etc/systemd/system/proxwright-kea.service': 'aa' };
    const masked = { load: 'masked', active: 'inactive', enabled: 'masked' };
    const installed = { packages: { 'kea-dhcp4-server': '2.6.3-1' }, candidates: {}, files };
    const kea = [
      { ...one, host: { ...installed, units: { 'kea-dhcp4-server.service': masked } } },
      // Somebody uses Debian's own service here.
      { ...two, host: { ...installed, units: two.host.units } },
      three,
    ];
    const container = {
      vmid: 105,
      type: 'lxc' as const,
      node: 'pve3',
      name: 'kea-pve3',
      status: 'running',
      template: false,
      tags: [],
      macs: [],
      addresses: [],
      identity: { uid: 'abc', spec: 'lxc', kea: 'lxc' },
    };
    const plan = destroyKea(answers, { ...facts, kea, guests: [...facts.guests, container] });
    expect(plan.steps.map(({ title }) => title)).toEqual([
      'stop the Kea agent on pve1, end its Keas, remove it',
      'remove kea-dhcp4-server from pve1',
      'unmask kea-dhcp4-server on pve1',
      'stop the Kea agent on pve2, end its Keas, remove it',
      'destroy container kea-pve3 (105 on pve3) with its disk',
    ]);
  });

  test('of nothing is nothing', () => {
    expect(destroyKea(answers, keaFacts('host')).steps).toEqual([]);
  });
});
