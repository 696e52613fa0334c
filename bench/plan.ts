import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadAnswers } from '../src/answers/load.ts';
import { realFilesDir } from '../src/butane/real-files.ts';
import type { Facts } from '../src/facts/facts.ts';
import type { Plan } from '../src/plan/plan.ts';
import { verbs } from '../src/steps/all.ts';
import { workflows } from '../src/workflows/all.ts';
import type { ClusterAnswers } from '../src/workflows/cluster/answers.ts';
import { planCluster } from '../src/workflows/cluster/plan.ts';
import type { PlanInputs } from '../src/workflows/workflow.ts';
import { carriedOut } from '../test/workflows/examples.ts';
import { type Line, median, timed } from './measure.ts';

const examples = path.resolve(import.meta.dirname, '../src/workflows/cluster/examples');

/**
 * Plan and checks for 1,000 guests in three groups, on a target that has 1,000 others: new ones, the same when
 * they are all there, and when all are to be made anew.
 */
export async function plan(): Promise<Line[]> {
  const facts = crowded(JSON.parse(readFileSync(path.join(examples, 'lab.facts.json'), 'utf8')) as Facts);
  const group = (name: string, count: number, net: number): string =>
    `{ name: ${name}, count: ${count}, memory: 256, ignition: server.ign, networks: [{ bridge: vmbr0, ip: 10.${net}.0.10/16 }] }`;
  const text = `version: 1\nclusters: [{ name: big, template: golden, groups: [${group('a', 400, 20)}, ${group('b', 400, 21)}, ${group('c', 200, 22)}] }]\n`;
  const { answers } = loadAnswers([{ name: 'bench.yaml', text }], { workflows, env: {}, readFile: () => '' });
  const cluster = answers?.jobs[0]?.answers as ClusterAnswers;
  const ignition = readFileSync(path.join(examples, 'server.ign'), 'utf8');
  // A run makes one plan: further ones, for the median, leave garbage behind that is not its need.
  let memory = 0;
  const measured = async (what: string, seen: Facts, config: string): Promise<Line & { made: Plan }> => {
    const took: number[] = [];
    let made: Plan | undefined;
    for (let at = 0; at < 5; at++) {
      took.push(
        await timed(async () => {
          made = planCluster(cluster, seen, inputsWith(config));
          for (const { verb, args } of made.steps) verbs.get(verb)?.check(args, seen);
        }),
      );
      memory ||= process.memoryUsage().rss / 1024 ** 2;
    }
    const figures = `${median(took).toFixed(0)} ms`;
    return { what, figures, budget: '< 1 s', kept: median(took) < 1000, made: made! };
  };
  const fresh = await measured('plan for 1,000 guests', facts, ignition);
  const done = carriedOut(fresh.made, facts);
  const there = { ...done, guests: [...facts.guests, ...done.guests], seed: 'later' };
  const same = await measured('… that are there already', there, ignition);
  const anew = await measured('… that are all made anew', there, ignition.replace('{', '{ "more": 1,'));
  const changes = same.made.steps.filter(({ verb, args }) => verbs.get(verb)?.check(args, there).needed);
  if (changes.length > 0 || anew.made.replacements?.length !== 1000)
    throw new Error(`not what is measured: ${changes[0]?.id}, ${anew.made.replacements?.length} made anew`);
  return [
    {
      ...fresh,
      figures: `${fresh.figures}, ${memory.toFixed(0)} MB of memory`,
      budget: '< 1 s, < 200 MB',
      kept: fresh.kept && memory < 200,
    },
    same,
    anew,
  ];
}

function inputsWith(ignition: string): PlanInputs {
  return {
    files: new Map([['server.ign', ignition]]),
    images: new Map(),
    filesDir: () => realFilesDir(examples, examples),
    path: 'clusters.0',
    folders: new Map(),
    scripts: new Map(),
    texts: new Map(),
    secretSeed: 'bench',
  };
}

function crowded(lab: Facts): Facts {
  const templates = ['pve1', 'pve2', 'pve3'].map((node, at) => ({
    vmid: 8000 + at,
    type: 'qemu' as const,
    node,
    name: 'golden',
    status: 'stopped',
    template: true,
    tags: [],
    macs: [],
    addresses: [],
    config: {
      scsi0: 'local-lvm:base-8000-disk-0,size=8G',
      scsi1: 'local-lvm:vm-8000-cloudinit',
      boot: 'order=scsi0',
    },
  }));
  const others = Array.from({ length: 1000 }, (_, at) => ({
    vmid: 100_000 + at,
    type: 'qemu' as const,
    node: 'pve1',
    name: `other-${at}`,
    status: 'running',
    template: false,
    tags: [],
    macs: [
      `BC:24:11:00:${(at >> 8).toString(16).padStart(2, '0')}:${(at & 255).toString(16).padStart(2, '0')}`.toUpperCase(),
    ],
    addresses: [`10.9.${at >> 8}.${at & 255}`],
  }));
  const nodes = lab.nodes.map((node) => ({ ...node, memory: { total: 1e12, free: 1e12 } }));
  return { ...lab, nodes, guests: [...templates, ...others] };
}
