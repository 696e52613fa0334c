import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import { type Prepared, prepare, refuseErrors } from '../../src/commands/planning/prepare.ts';
import { readAnswers } from '../../src/commands/planning/read-answers.ts';
import { runPlan, undoRun } from '../../src/commands/running/run-plan.ts';
import { startEmbedded } from '../../src/commands/targets/embedded-sandbox.ts';
import { type OpenedTarget, openTargetOf } from '../../src/commands/targets/open-target.ts';
import type { HaRow } from '../../src/pve/ha.ts';
import { waitForTask } from '../../src/pve/tasks.ts';
import type { RunEvent } from '../../src/run/events.ts';
import type { FaultRule } from '../../src/sandbox/faults.ts';
import { LAB } from '../../src/sandbox/seed/lab.ts';
import type { SentRequest } from '../steps/real-schema.ts';
import { recording } from '../steps/recording.ts';
import { envIn } from '../system/environment.ts';

/** A sandbox of a release, in which clusters are applied, undone and destroyed. */
export interface HaWorld {
  target: OpenedTarget;
  sent: SentRequest[];
  plan(answers: string, goal?: 'apply' | 'destroy'): Promise<Prepared>;
  /** Carries the answers out and returns the run's id. */
  carryOut(answers: string, goal?: 'apply' | 'destroy'): Promise<string>;
  undo(run: string, ends?: 'ok' | 'failed'): Promise<void>;
  /** Of all runs so far. */
  events: RunEvent[];
  /** Waits for the task that a request started. */
  done(started: Promise<unknown>): Promise<void>;
  rows(list: 'resources' | 'rules' | 'groups'): Promise<HaRow[]>;
  /** Guests that run, by name. */
  running(): Promise<string[]>;
  /** An empty guest of somebody else's. */
  makeForeign(vmid: number, name: string): Promise<void>;
}

export async function withHaWorld(
  release: '9.2' | '8.4' | '8.2',
  work: (world: HaWorld) => Promise<void>,
  faults: FaultRule[] = [],
): Promise<void> {
  const home = mkdtempSync(path.join(tmpdir(), 'proxwright-ha-'));
  const env = envIn(home);
  const seed = { ...LAB, version: { ...LAB.version, release, version: `${release}.1` } };
  const stateDir = path.join(home, 'state/proxwright/sandbox');
  const server = await startEmbedded(stateDir, env, { speed: 500, seed, faults });
  const sent: SentRequest[] = [];
  const opened = await openTargetOf({ values: { target: 'sandbox' }, switches: new Set() }, env);
  const target = { ...opened, pve: recording(opened.pve, sent) };
  const events: RunEvent[] = [];
  const emit = (event: RunEvent) => void events.push(event);
  const options = { target, env, emit, signal: env.signal };
  const file = path.join(home, 'answers.yaml');
  const plan: HaWorld['plan'] = async (answers, goal = 'apply') => {
    writeFileSync(file, answers);
    return prepare(readAnswers([file], env).answers.jobs, { target, env, goal });
  };
  type Guests = { name: string; status: string; type: string; template?: number }[];
  try {
    await work({
      target,
      sent,
      plan,
      async carryOut(answers, goal) {
        const prepared = await plan(answers, goal);
        refuseErrors(prepared.plan);
        const outcome = await runPlan(prepared, prepared.facts, options);
        expect(outcome.status).toBe('ok');
        return outcome.run;
      },
      async undo(run, status = 'ok') {
        expect(await undoRun(run, options)).toMatchObject({ status });
      },
      events,
      async done(started) {
        const sleep = (milliseconds: number) =>
          new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
        await waitForTask(opened.pve, String(await started), { sleep, now: () => Date.now() });
      },
      rows: (list) => opened.pve.get<HaRow[]>(`/cluster/ha/${list}`),
      async running() {
        const rows = await opened.pve.get<Guests>('/cluster/resources', { type: 'vm' });
        return rows.flatMap(({ name, status }) => (status === 'running' ? [name] : [])).sort();
      },
      async makeForeign(vmid, name) {
        await opened.pve.post('/nodes/pve1/qemu', { vmid, name, memory: 64 });
        const made = async (): Promise<boolean> =>
          (await opened.pve.get<{ vmid?: number }[]>('/cluster/resources', { type: 'vm' })).some(
            (row) => row.vmid === vmid,
          );
        await expect.poll(made, { interval: 5 }).toBe(true);
      },
    });
  } finally {
    await target.close();
    await server.close();
    rmSync(home, { recursive: true });
  }
}
