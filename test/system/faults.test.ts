import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { prepare } from '../../src/commands/planning/prepare.ts';
import { readAnswers } from '../../src/commands/planning/read-answers.ts';
import { runPlan } from '../../src/commands/running/run-plan.ts';
import { startEmbedded } from '../../src/commands/targets/embedded-sandbox.ts';
import { openTargetOf } from '../../src/commands/targets/open-target.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { envIn } from './environment.ts';
import { everyTwentieth } from './every-twentieth.ts';
import { clusterTree } from './tree.ts';

const answers = `version: 1
clusters:
  - name: crowd
    nodes: [pve1, pve2]
    clone: linked
    wait: { address: false }
    groups: [{ name: g, count: 100, memory: 256, networks: [{ bridge: vmbr0, ip: 10.0.20.10/24 }, { bridge: vmbr0, tag: 30 }] }]
`;

test('100 guests with every twentieth API call failing end well, each with its own id and MACs', async () => {
  const home = mkdtempSync(path.join(tmpdir(), 'proxwright-faults-'));
  mkdirSync(path.join(home, 'runs'));
  writeFileSync(path.join(home, 'crowd.yaml'), answers);
  const env = envIn(home);
  const stateDir = path.join(home, 'state/proxwright/sandbox');
  const server = await startEmbedded(stateDir, env, { speed: 50, faults: everyTwentieth });
  const target = await openTargetOf({ values: { target: 'sandbox' }, switches: new Set() }, env);
  try {
    const { answers: read } = readAnswers([path.join(home, 'crowd.yaml')], env);
    const prepared = await prepare(read.jobs, { target, env, goal: 'apply' });
    const events: RunEvent[] = [];
    const options = { target, env, emit: (event: RunEvent) => void events.push(event), signal: env.signal };
    const outcome = await runPlan(prepared, prepared.facts, options);
    expect(events.filter((event) => event.type === 'step-failed')).toEqual([]);
    expect(outcome.status).toBe('ok');
    expect(events.filter((event) => event.type === 'step-retry').length).toBeGreaterThan(10);

    const confs = [...clusterTree(stateDir)].filter(([file]) => /qemu-server\/\d+\.conf$/.test(file));
    const guests = confs.filter(([, conf]) => /^name: crowd-g-\d+$/m.test(conf));
    expect(guests).toHaveLength(100);
    expect(new Set(guests.map(([, conf]) => /^name: (.*)$/m.exec(conf)?.[1]))).toHaveProperty('size', 100);
    const macs = guests.flatMap(([, conf]) => conf.match(/BC:24:11(:[0-9A-F]{2}){3}/g) ?? []);
    expect(macs).toHaveLength(200);
    expect(new Set(macs)).toHaveProperty('size', 200);
    for (const [, conf] of guests) expect(conf).toMatch(/^cicustom: user=/m);

    const again = await prepare(read.jobs, { target, env, goal: 'apply' });
    expect(again.steps.filter((step) => step.needed)).toEqual([]);
  } finally {
    await target.close();
    await server.close();
    rmSync(home, { recursive: true });
  }
}, 120_000);
