import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Facts, GuestFacts } from '../../src/facts/facts.ts';
import type { Finding } from '../../src/plan/step.ts';
import { verbs } from '../../src/steps/all.ts';
import { read } from './examples.ts';
import { planFrom, stepArgs } from './plan-from.ts';

/** One plan: a group's answers, what differs from the lab, and what comes of it. */
interface Case {
  group: Record<string, unknown>;
  /** Beside its groups; nodes pve1 and pve2 unless told. */
  cluster?: Record<string, unknown>;
  facts?: Partial<Facts>;
  /** Versions of Proxmox VE by node; 9.2.11 unless told. */
  versions?: Record<string, string>;
  /** A template that is there on pve1 and pve2, named golden. */
  golden?: Partial<GuestFacts>;
  image?: Record<string, unknown>;
  folders?: Record<string, boolean>;
  scripts?: Record<string, string>;
  programs?: Record<string, boolean>;
  /** All findings but warnings. */
  finds?: string[];
  /** Steps beside those of guest, template and Ignition, with why they are needed or not. */
  steps?: string[];
  /** Some options of the first guest; UID stands for its uid. */
  set?: Record<string, string | number>;
  unset?: string[];
  notes?: string[];
}

const folder = path.join(import.meta.dirname, 'shares');

describe.each(readdirSync(folder))('%s', (file) => {
  const cases = parse(readFileSync(path.join(folder, file), 'utf8')) as Record<string, Case>;
  test.each(Object.entries(cases))('%s', (_, given) => {
    const facts = factsOf(given);
    const groups = [{ name: 'box', count: 2, memory: 512, ...given.group }];
    const cluster = { name: 'lab', nodes: ['pve1', 'pve2'], ...given.cluster, groups };
    const plan = planFrom({
      text: JSON.stringify({ version: 1, clusters: [cluster] }),
      files: new Map(),
      facts,
      image: given.image ?? {},
      probes: {
        folders: new Map(Object.entries(given.folders ?? {})),
        scripts: new Map(Object.entries(given.scripts ?? {})),
        programs: new Map(Object.entries(given.programs ?? {})),
      },
    });
    expect(plan.findings.filter(({ severity }) => severity !== 'warning').map(textOf)).toEqual(
      given.finds ?? [],
    );
    if (given.steps) {
      const shared = plan.steps.filter(({ id }) => /^map |^write .*\.pl /.test(id));
      expect(
        shared.map(({ id, verb, args }) => {
          const verdict = verbs.get(verb)?.check(args, facts);
          return `${id}: ${verdict?.needed ? 'needed' : 'not needed'}${verdict?.why ? `, ${verdict.why}` : ''}`;
        }),
      ).toEqual(given.steps);
      // No guest is made before what it needs is there.
      const clone = plan.steps.find(({ verb }) => verb === 'clone-guest');
      expect(clone?.needs).toEqual(expect.arrayContaining(shared.map(({ id }) => id)));
    }
    if (!given.set && !given.unset && !given.notes) return;
    const { set, guest } = stepArgs<{ set: Record<string, string | number>; guest: { uid: string } }>(
      plan,
      'configure-guest',
    );
    const named = Object.entries(given.set ?? {}).map(([key, value]) => [
      key,
      typeof value === 'string' ? value.replaceAll('UID', guest.uid) : value,
    ]);
    expect(set).toMatchObject(Object.fromEntries(named));
    for (const key of given.unset ?? []) expect(set).not.toHaveProperty(key);
    const { description } = stepArgs<{ description: string }>(plan, 'clone-guest');
    expect(description.split('\n').slice(0, -1)).toEqual(given.notes ?? []);
  });
});

function factsOf({ facts, versions = {}, golden }: Case): Facts {
  const lab = read<Facts>('lab.facts.json');
  const template: GuestFacts = {
    vmid: 9000,
    type: 'qemu',
    node: 'pve1',
    name: 'golden',
    status: 'stopped',
    template: true,
    tags: [],
    macs: [],
    addresses: [],
    ...golden,
    config: { scsi0: 'local-lvm:base-9000-disk-0', scsi1: 'local-lvm:vm-9000-cloudinit', ...golden?.config },
  };
  return {
    ...lab,
    nodes: lab.nodes.map((node) => ({ ...node, version: versions[node.name] ?? '9.2.11' })),
    storages: lab.storages.map((row) => (row.path ? { ...row, content: [...row.content, 'snippets'] } : row)),
    guests: golden ? [template, { ...template, vmid: 9001, node: 'pve2' }] : [],
    ...facts,
  };
}

function textOf({ severity, path: at, message, fix }: Finding): string {
  const place = at?.replace('clusters.0.', '') ?? '-';
  return `${severity} ${place}: ${message}${fix ? ` → ${fix}` : ''}`;
}
