import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apply } from '../../../src/commands/apply.ts';
import { type Prepared, prepare } from '../../../src/commands/planning/prepare.ts';
import { readAnswers } from '../../../src/commands/planning/read-answers.ts';
import { resumeRun, runPlan, undoRun } from '../../../src/commands/running/run-plan.ts';
import { startEmbedded } from '../../../src/commands/targets/embedded-sandbox.ts';
import { type OpenedTarget, openTargetOf } from '../../../src/commands/targets/open-target.ts';
import type { Env } from '../../../src/env.ts';
import { envIn } from '../../system/environment.ts';

let home: string;
let env: Env;
let target: OpenedTarget;
let close: () => Promise<void>;

beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'proxwright-two-'));
  env = envIn(home);
  const server = await startEmbedded(path.join(home, 'state/proxwright/sandbox'), env, { speed: 500 });
  target = await openTargetOf({ values: { target: 'sandbox' }, switches: new Set() }, env);
  close = async () => {
    await target.close();
    await server.close();
  };
});
afterAll(async () => {
  await close();
  rmSync(home, { recursive: true });
});

function write(name: string): string {
  const file = path.join(home, `${name}.yaml`);
  writeFileSync(
    file,
    `version: 1\nclusters: [{ name: ${name}, nodes: [pve1], wait: { address: false }, groups: [{ name: g, count: 2, memory: 512, networks: [{ bridge: vmbr0 }] }] }]\n`,
  );
  return file;
}

function planned(name: string): Promise<Prepared> {
  const { answers } = readAnswers([write(name)], env);
  return prepare(answers.jobs, { target, env, goal: 'apply' });
}

const options = () => ({ target, env, emit: () => {}, signal: env.signal });

async function guestsNamed(name: string): Promise<number> {
  const rows = await target.pve.get<{ name: string }[]>('/cluster/resources', { type: 'vm' });
  return rows.filter((row) => row.name.startsWith(`${name}-`)).length;
}

test('a plan whose guests another run made meanwhile is refused, and makes none twice', async () => {
  const [first, second] = [await planned('twice'), await planned('twice')];
  expect(await runPlan(first, first.facts, options())).toMatchObject({ status: 'ok' });
  await expect(runPlan(second, second.facts, options())).rejects.toThrow('the target changed since');
  expect(await guestsNamed('twice')).toBe(2);
});

test('a run is neither resumed nor taken back on another target', async () => {
  const prepared = await planned('elsewhere');
  const stopped = new AbortController();
  const emit = (event: { type: string }): void => {
    if (event.type === 'step-done') stopped.abort();
  };
  const { run, status } = await runPlan(prepared, prepared.facts, {
    ...options(),
    emit,
    signal: stopped.signal,
  });
  expect(status).toBe('cancelled');
  const other = { ...options(), target: { ...target, label: 'prod' } };
  await expect(resumeRun(run, other)).rejects.toMatchObject({ exitCode: 2, message: /made on sandbox/ });
  await expect(undoRun(run, other)).rejects.toMatchObject({ exitCode: 2, message: /made on sandbox/ });

  const line = (words: string[]) => ({
    command: 'apply',
    operands: [write('elsewhere')],
    values: { target: 'sandbox' },
    switches: new Set(words),
    rest: [],
  });
  const runs = () => readdirSync(path.join(home, 'runs/runs')).filter((name) => name.endsWith('.jsonl'));
  const before = await guestsNamed('elsewhere');
  expect(await apply(line(['resume', 'dry-run', 'json']), quiet())).toBe(0);
  expect(await guestsNamed('elsewhere')).toBe(before);
  const journals = runs();
  const again = line(['resume', 'yes', 'json']);
  const file = again.operands[0]!;
  writeFileSync(file, readFileSync(file, 'utf8').replace('memory: 512', 'memory: 1024'));
  await expect(apply(again, quiet())).rejects.toMatchObject({
    exitCode: 2,
    message: `the answers, or files that they name, changed since run ${run} was begun`,
    fix: `with the new answers: proxwright apply ${file} (what was made stays, and is completed); with the old ones: proxwright runs resume ${run}`,
  });
  expect(await guestsNamed('elsewhere')).toBe(before);
  // A remark changes nothing.
  write('elsewhere');
  writeFileSync(file, `# as before\n${readFileSync(file, 'utf8')}`);
  expect(await apply(again, quiet())).toBe(0);
  expect(runs()).toEqual(journals);
  expect(await guestsNamed('elsewhere')).toBe(2);
});

test('a run that is cancelled gives its lock back, so that the next one begins at once', async () => {
  const stop = new AbortController();
  const mine = { ...env, signal: stop.signal };
  const own = await openTargetOf({ values: { target: 'sandbox' }, switches: new Set() }, mine);
  const { answers } = readAnswers([write('stopped')], mine);
  const prepared = await prepare(answers.jobs, { target: own, env: mine, goal: 'apply' });
  const emit = (event: { type: string }): void => {
    if (event.type === 'step-done') stop.abort();
  };
  const outcome = await runPlan(prepared, prepared.facts, {
    target: own,
    env: mine,
    emit,
    signal: stop.signal,
  });
  await own.close();
  expect(outcome.status).toBe('cancelled');
  expect(await target.host('pve1')?.read('/etc/pve/priv/proxwright/cluster-stopped.lock/owner')).toBe(
    undefined,
  );
  expect(await resumeRun(outcome.run, options())).toMatchObject({ status: 'ok' });
});

function quiet(): Env {
  const nowhere = { write: () => true } as unknown as NodeJS.WriteStream;
  return { ...env, stdout: nowhere, stderr: nowhere };
}
