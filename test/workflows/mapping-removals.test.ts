import { describe, expect, test } from 'vitest';
import type { Facts, GuestFacts, MappingFacts } from '../../src/facts/facts.ts';
import { mappingRemovals } from '../../src/workflows/cluster/shares/mapping-removals.ts';
import { read } from './examples.ts';

/** What goes and what stays with the guests of the cluster edge. */
const HOOKS = 'local:snippets/proxwright-hooks.pl';

function guest(name: string, more: Partial<GuestFacts> & { cluster?: string } = {}): GuestFacts {
  const { cluster, ...rest } = more;
  return {
    vmid: 100 + name.length,
    type: 'qemu',
    node: 'pve1',
    name,
    status: 'running',
    template: false,
    tags: [],
    macs: [],
    addresses: [],
    ...(cluster ? { identity: { uid: name, spec: '', cluster, group: 'box', index: 1 } } : {}),
    ...rest,
  };
}

function mapping(id: string, description?: string): MappingFacts {
  return { id, paths: { pve1: `/srv/${id}` }, ...(description === undefined ? {} : { description }) };
}

function removals(facts: Partial<Facts>): { steps: string[]; findings: string[] } {
  const { steps, findings } = mappingRemovals(
    { name: 'edge' },
    { ...read<Facts>('lab.facts.json'), ...facts },
    ['destroy edge-box-1'],
  );
  for (const { needs } of steps) expect(needs).toEqual(['destroy edge-box-1']);
  return { steps: steps.map(({ id }) => id), findings: findings.map(({ message }) => message) };
}

const ours = mapping('data', 'proxwright: cluster=edge');
const own = guest('edge-box-1', { cluster: 'edge', mappings: ['data'] });

describe('directory mappings', () => {
  test('ours goes with the last guest that uses it, and where no guest is left', () => {
    expect(removals({ guests: [own], mappings: [ours] })).toEqual({ steps: ['unmap data'], findings: [] });
    expect(removals({ guests: [], mappings: [ours] })).toEqual({ steps: ['unmap data'], findings: [] });
  });

  test.each([
    ['without a description', undefined],
    ['with another one', 'backups'],
    ['with one that only looks alike', 'see proxwright: cluster=edge'],
    ['of another cluster, which has its own', 'proxwright: cluster=lab'],
  ])('somebody else’s stays: %s', (_, description) => {
    const unused = guest('edge-box-1', { cluster: 'edge' });
    expect(removals({ guests: [unused], mappings: [mapping('data', description)] })).toEqual({
      steps: [],
      findings: [],
    });
  });

  test.each([
    ['a foreign guest', guest('billing', { mappings: ['data', 'more'] })],
    ['a guest of another cluster', guest('lab-box-1', { cluster: 'lab', mappings: ['data'] })],
    ['a template', guest('golden', { template: true, mappings: ['data'] })],
  ])('ours stays while %s uses it', (_, user) => {
    const { steps, findings } = removals({ guests: [own, user], mappings: [ours] });
    expect(steps).toEqual([]);
    expect(findings).toEqual([`directory mapping data stays: ${user.name} (${user.vmid} on pve1) uses it`]);
  });

  test('one that we made for a cluster that uses it no longer goes with the last user', () => {
    const made = mapping('data', 'proxwright: cluster=lab');
    expect(removals({ guests: [own], mappings: [made] }).steps).toEqual(['unmap data']);
    const user = guest('lab-box-1', { cluster: 'lab', mappings: ['data'] });
    expect(removals({ guests: [own, user], mappings: [made] }).steps).toEqual([]);
  });

  test('nobody knows what guests of an offline node use', () => {
    const { nodes } = read<Facts>('lab.facts.json');
    const offline = nodes.map((node) => (node.name === 'pve3' ? { ...node, online: false } : node));
    const hidden = guest('billing', { node: 'pve3' });
    expect(removals({ nodes: offline, guests: [own, hidden], mappings: [ours] })).toEqual({
      steps: [],
      findings: ['directory mapping data stays: guests on pve3, which is offline, may use it'],
    });
    expect(removals({ nodes: offline, guests: [own], mappings: [ours] }).steps).toEqual(['unmap data']);
  });
});

describe('our hookscripts', () => {
  const files = ['hooks.pl', 'virtiofsd.pl', 'edge-box-1.ign'].map((name) => ({
    node: 'pve2',
    storage: 'local',
    path: `/var/lib/vz/snippets/proxwright-${name}`,
    sha256: '',
  }));
  const hooked = guest('edge-box-1', { cluster: 'edge', hookscript: HOOKS });

  test('go with the last guest that runs them', () => {
    expect(removals({ guests: [hooked], snippets: files }).steps).toEqual([
      'remove /var/lib/vz/snippets/proxwright-hooks.pl on pve2',
      'remove /var/lib/vz/snippets/proxwright-virtiofsd.pl on pve2',
    ]);
  });

  test('stay while another guest has them, or where this cluster never had', () => {
    const other = guest('billing', { hookscript: HOOKS });
    expect(removals({ guests: [hooked, other], snippets: files })).toEqual({
      steps: [],
      findings: ['the hookscript dispatcher stays: billing (107 on pve1) uses it'],
    });
    expect(removals({ guests: [own], snippets: files }).steps).toEqual([]);
    const foreign = guest('billing', { hookscript: 'local:snippets/x.pl' });
    expect(removals({ guests: [hooked, foreign], snippets: files }).steps).toHaveLength(2);
  });
});
