import { expect, test } from 'vitest';
import type { Facts, GuestFacts } from '../../src/facts/facts.ts';
import { readIdentity } from '../../src/pve/description.ts';
import { factsOf, planOf, read } from './examples.ts';
import { planFrom } from './plan-from.ts';

const lab = read<Facts>('lab.facts.json');

function answers(groups: string, more = ''): string {
  return `version: 1\nclusters:\n  - name: edge\n${more}    groups:\n${groups}`;
}

function group(name: string, ip: string, more = ''): string {
  return `      - { name: ${name}, memory: 512, networks: [{ bridge: vmbr0, tag: 20, ip: ${ip}/24 }]${more} }\n`;
}

function guest(vmid: number, name: string, more: Partial<GuestFacts> = {}): GuestFacts {
  const [, of, index] = /^edge-(.*)-(\d+)$/.exec(name) ?? [];
  const line = `proxwright: cluster=edge group=${of} index=${index} uid=u${vmid} spec=x`;
  const identity = of === undefined ? undefined : readIdentity(line);
  return {
    vmid,
    type: 'qemu',
    node: 'pve1',
    name,
    status: 'running',
    template: false,
    tags: [],
    macs: [],
    addresses: [],
    ...(identity ? { identity, config: { description: line } } : {}),
    ...more,
  };
}

function errors(text: string, guests: readonly GuestFacts[]): string[] {
  const plan = planFrom({ text, files: new Map(), facts: { ...lab, guests } });
  return plan.findings
    .filter(({ severity }) => severity === 'error')
    .map(({ message, fix }) => `${message}; ${fix}`);
}

test('addresses that move up by one: the last guest first, each once the one behind it is gone', () => {
  const plan = planOf('shifted', factsOf('shifted'));
  expect(plan.replacements?.map(({ name }) => name)).toEqual([
    'edge-server-3',
    'edge-server-2',
    'edge-server-1',
  ]);
  const needs = (id: string) => plan.steps.find((step) => step.id === id)?.needs;
  expect(needs('clone edge-server-2')).toContain('remove old edge-server-3 (9102)');
  expect(needs('clone edge-server-1')).toContain('remove old edge-server-2 (9101)');
});

test('two at a time still wait for the address', () => {
  const text = answers(group('g', '10.0.20.12', ', count: 3'), '    update: { max_unavailable: 3 }\n');
  const there = [11, 12, 13].map((last, at) =>
    guest(100 + at, `edge-g-${at + 1}`, { addresses: [`10.0.20.${last}`], segments: ['vmbr0.20'] }),
  );
  const plan = planFrom({ text, files: new Map(), facts: { ...lab, guests: there } });
  const clone = plan.steps.find(({ id }) => id === 'clone edge-g-1');
  expect(clone?.needs).toContain('remove old edge-g-2 (101)');
});

test('groups that swap addresses cannot do so at once', () => {
  const there = [
    guest(100, 'edge-a-1', { addresses: ['10.0.20.11'] }),
    guest(101, 'edge-b-1', { addresses: ['10.0.20.12'] }),
  ];
  expect(errors(answers(group('a', '10.0.20.12') + group('b', '10.0.20.11')), there)).toEqual([
    '10.0.20.12, meant for edge-a-1, is the address of edge-b-1 (101 on pve1); edge-b-1 gets another one only later: apply with other addresses first, then with these',
  ]);
});

test('what is to be removed has its address until the new guests are there', () => {
  const there = [guest(100, 'edge-a-1', { addresses: ['10.0.20.11'] })];
  expect(errors(answers(group('b', '10.0.20.11'), '    removed_groups: [a]\n'), there)).toEqual([
    '10.0.20.11, meant for edge-b-1, is the address of edge-a-1 (100 on pve1); edge-a-1 is removed only when the new guests are there: let the group count up from another address, or remove edge-a-1 first',
  ]);
});

test('the same address on another VLAN is another one; where that is not known, it is taken for the same', () => {
  const text = answers(group('g', '10.0.20.11'));
  const other = (segments?: string[]): GuestFacts =>
    guest(500, 'mail', { addresses: ['10.0.20.11'], ...(segments ? { segments } : {}) });
  expect(errors(text, [other(['vmbr0.30'])])).toEqual([]);
  expect(errors(text, [other(['vmbr0.20'])])).toHaveLength(1);
  expect(errors(text, [other()])).toHaveLength(1);
});
