import { expect, test } from 'vitest';
import type { Facts, GuestFacts } from '../../src/facts/facts.ts';
import { readIdentity } from '../../src/pve/description.ts';
import { read } from './examples.ts';
import { planFrom } from './plan-from.ts';

/** Where guests go that take the places of others: both need room while they run side by side. */
const lab = read<Facts>('lab.facts.json');
const GIB = 1024 ** 3;

function withNodes(free: Readonly<Record<string, number>>, guests: readonly GuestFacts[]): Facts {
  const nodes = Object.entries(free).map(([name, gib]) => {
    const known = lab.nodes.find((node) => node.name === name) ?? lab.nodes[0]!;
    return { ...known, name, memory: { total: 64 * GIB, free: gib * GIB } };
  });
  return { ...lab, nodes, guests };
}

function old(index: number, node: string, more: Partial<GuestFacts> = {}): GuestFacts {
  const line = `proxwright: cluster=edge group=g index=${index} uid=u${index} spec=x`;
  return {
    vmid: 99 + index,
    type: 'qemu',
    node,
    name: `edge-g-${index}`,
    status: 'running',
    template: false,
    tags: ['edge', 'proxwright'],
    macs: [],
    addresses: [],
    identity: readIdentity(line)!,
    config: { description: line, memory: '4096' },
    ...more,
  };
}

/** `1 pve1` for each guest, and what is said of room. */
function placed(facts: Facts, count: number, more: { group?: string; update?: string } = {}) {
  const { group = '', update = 'pause: 0' } = more;
  const text = `version: 1
clusters:
  - { name: edge, nodes: [${facts.nodes.map(({ name }) => name).join(', ')}], update: { ${update} },
      groups: [{ name: g, count: ${count}, memory: 4096${group} }] }
`;
  const plan = planFrom({ text, files: new Map(), facts });
  return {
    where: plan.guests.map(({ name, node }) => `${name.slice(-1)} ${node}`),
    said: plan.findings
      .filter(({ message }) => /max_per_node|of memory left for/.test(message))
      .map(({ severity, message }) => `${severity}: ${message}`),
  };
}

test('a new guest goes where its old one is, if both fit there', () => {
  const facts = withNodes({ pve1: 5, pve2: 30 }, [old(1, 'pve1'), old(2, 'pve1')]);
  // One after the other: what the first old one had is free when the second new one comes.
  expect(placed(facts, 2)).toEqual({ where: ['1 pve1', '2 pve1'], said: [] });
});

test('elsewhere, where both do not fit side by side', () => {
  const facts = withNodes({ pve1: 3, pve2: 30 }, [old(1, 'pve1'), old(2, 'pve1')]);
  expect(placed(facts, 2)).toEqual({ where: ['1 pve2', '2 pve1'], said: [] });
  // Two at once: the second one cannot count on what the first old one has.
  expect(placed(facts, 2, { update: 'max_surge: 2' })).toEqual({ where: ['1 pve2', '2 pve2'], said: [] });
});

test('nowhere: refused, with the way that needs no room', () => {
  const facts = withNodes({ pve1: 3, pve2: 3 }, [old(1, 'pve1')]);
  expect(placed(facts, 1).said).toEqual([
    'error: no node has 4 GiB of memory left for edge-g-1 beside its old one (left: pve1 3 GiB, pve2 3 GiB)',
  ]);
  const stops = { update: 'max_surge: 0, max_unavailable: 1' };
  expect(placed(facts, 1, stops)).toEqual({ where: ['1 pve1'], said: [] });
});

test('max_per_node is kept to where another node is open, else it is said', () => {
  const three = { pve1: 30, pve2: 30, pve3: 30 };
  const most = { group: ', max_per_node: 1' };
  expect(placed(withNodes(three, [old(1, 'pve1'), old(2, 'pve2')]), 2, most)).toEqual({
    where: ['1 pve3', '2 pve1'],
    said: [],
  });
  const full = withNodes(three, [old(1, 'pve1'), old(2, 'pve2'), old(3, 'pve3')]);
  expect(placed(full, 3, most)).toEqual({
    where: ['1 pve1', '2 pve2', '3 pve3'],
    said: [
      'warning: while guests of g are made anew, a node may have more of them than 1 (max_per_node): old and new stand side by side',
    ],
  });
  const stops = { ...most, update: 'max_surge: 0, max_unavailable: 1' };
  expect(placed(full, 3, stops)).toEqual({ where: ['1 pve1', '2 pve2', '3 pve3'], said: [] });
});

test('new guests come before a roll, and take their room first', () => {
  const facts = withNodes({ pve1: 9, pve2: 5 }, [old(1, 'pve1')]);
  expect(placed(facts, 3)).toEqual({ where: ['1 pve1', '2 pve2', '3 pve1'], said: [] });
});

test('an old guest on a node that is no longer among the nodes is replaced on one that is', () => {
  const facts = withNodes({ pve1: 30, pve2: 30 }, [old(1, 'pve9'), old(2, 'pve1')]);
  const known = { ...facts, nodes: [...facts.nodes, { ...facts.nodes[0]!, name: 'pve9' }] };
  const text = (nodes: string) =>
    `version: 1\nclusters: [{ name: edge, nodes: ${nodes}, groups: [{ name: g, count: 2, memory: 4096 }] }]\n`;
  const plan = planFrom({ text: text('[pve1, pve2]'), files: new Map(), facts: known });
  expect(plan.guests.map(({ name, node }) => `${name} ${node}`)).toEqual(['edge-g-1 pve2', 'edge-g-2 pve1']);
});
