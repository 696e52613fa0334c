import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmbedded } from '../../src/commands/embedded-sandbox.ts';
import { type OpenedTarget, openTargetOf } from '../../src/commands/open-target.ts';
import { prepare } from '../../src/commands/prepare.ts';
import { readAnswers } from '../../src/commands/read-answers.ts';
import { runPlan, undoRun } from '../../src/commands/run-plan.ts';
import { waitForTask } from '../../src/pve/tasks.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { envIn } from '../system/environment.ts';

/** What others came to use since stays, and is named; what is ours alone goes. In the sandbox. */
let home: string;
let target: OpenedTarget;
let close: () => Promise<void>;
let events: RunEvent[];

const ANSWERS = `version: 1
clusters:
  - name: edge
    nodes: [pve1]
    storage: shared
    start: false
    groups: [{ name: g, memory: 512, virtiofs: [{ path: /srv/data, tag: data }] }]
`;

beforeEach(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'proxwright-in-use-'));
  const env = envIn(home);
  const server = await startEmbedded(path.join(home, 'state/proxwright/sandbox'), env, { speed: 500 });
  target = await openTargetOf({ values: { target: 'sandbox' }, switches: new Set() }, env);
  close = async () => {
    await target.close();
    await server.close();
  };
  events = [];
  await target.host('pve1')?.run(['mkdir', '-p', '/srv/data']);
});
afterEach(async () => {
  await close();
  rmSync(home, { recursive: true });
});

function options() {
  const env = envIn(home);
  return { target, env, emit: (event: RunEvent) => void events.push(event), signal: env.signal };
}

async function carryOut(goal: 'apply' | 'destroy') {
  const file = path.join(home, 'answers.yaml');
  writeFileSync(file, ANSWERS);
  const { env } = options();
  const prepared = await prepare(readAnswers([file], env).answers.jobs, { target, env, goal });
  const outcome = await runPlan(prepared, prepared.facts, options());
  return { ...outcome, findings: prepared.plan.findings.map(({ message }) => message) };
}

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

async function done(started: Promise<unknown>): Promise<void> {
  await waitForTask(target.pve, String(await started), { sleep, now: () => Date.now() });
}

const mappings = () =>
  target.pve.get<{ id: string; description?: string; map: string[] }[]>('/cluster/mapping/dir');

test('a template that a guest was cloned from since is not taken back, and the guest is named', async () => {
  const { run } = await carryOut('apply');
  const guests = await target.pve.get<{ vmid: number; template?: number }[]>('/nodes/pve1/qemu');
  const template = guests.find((guest) => guest.template)?.vmid;
  await done(target.pve.post(`/nodes/pve1/qemu/${template}/clone`, { newid: 500, name: 'billing' }));
  expect(await undoRun(run, options())).toMatchObject({ status: 'failed' });
  expect(JSON.stringify(events)).toContain('its linked clones: billing (500 on pve1)"');
});

test('a mapping that a guest came to use since is not taken back', async () => {
  const { run } = await carryOut('apply');
  await done(target.pve.post('/nodes/pve1/qemu', { vmid: 500, name: 'billing', virtiofs3: 'data' }));
  expect(await undoRun(run, options())).toMatchObject({ status: 'failed' });
  expect(JSON.stringify(events)).toContain('"why":"by billing (500 on pve1)"');
  expect(await mappings()).toHaveLength(1);
});

test('our mapping stays while another guest uses it, and goes with its last user', async () => {
  await carryOut('apply');
  expect(await mappings()).toMatchObject([{ id: 'data', description: 'proxwright: cluster=edge' }]);
  await done(target.pve.post('/nodes/pve1/qemu', { vmid: 500, name: 'billing', virtiofs3: 'data' }));
  const { status, findings } = await carryOut('destroy');
  expect(status).toBe('ok');
  expect(findings).toContain('directory mapping data stays: billing (500 on pve1) uses it');
  expect(await mappings()).toHaveLength(1);
  await done(target.pve.delete('/nodes/pve1/qemu/500'));
  await carryOut('destroy');
  expect(await mappings()).toEqual([]);
});
