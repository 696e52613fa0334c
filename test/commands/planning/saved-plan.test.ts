import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CommandLine } from '../../../src/cli.ts';
import { apply } from '../../../src/commands/apply.ts';
import { plan } from '../../../src/commands/plan.ts';
import { readAnswers } from '../../../src/commands/planning/read-answers.ts';
import { isSavedPlan, prepareSaved } from '../../../src/commands/planning/saved-plan.ts';
import { startEmbedded } from '../../../src/commands/targets/embedded-sandbox.ts';
import { type OpenedTarget, openTargetOf } from '../../../src/commands/targets/open-target.ts';
import type { Env } from '../../../src/env.ts';
import { envIn } from '../../system/environment.ts';

let home: string;
let env: Env;
let target: OpenedTarget;
let close: () => Promise<void>;
let answers: string;
let file: string;

beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'proxwright-saved-'));
  const nowhere = { write: () => true } as unknown as NodeJS.WriteStream;
  env = envIn(home, { stdout: nowhere, stderr: nowhere });
  const server = await startEmbedded(path.join(home, 'state/proxwright/sandbox'), env, { speed: 500 });
  target = await openTargetOf({ values: { target: 'sandbox' }, switches: new Set() }, env);
  close = async () => {
    await target.close();
    await server.close();
  };
  answers = path.join(home, 'a.yaml');
  file = path.join(home, 'plan.json');
  writeFileSync(
    answers,
    'version: 1\nclusters: [{ name: kept, nodes: [pve1], wait: { address: false }, groups: [{ name: g, count: 1, memory: 512, networks: [{ bridge: vmbr0 }] }] }]\n',
  );
});
afterAll(async () => {
  await close();
  rmSync(home, { recursive: true });
});

function line(operand: string, more: Partial<CommandLine> = {}): CommandLine {
  const switches = new Set(['yes', 'json']);
  return {
    command: 'apply',
    operands: [operand],
    values: { target: 'sandbox' },
    switches,
    rest: [],
    ...more,
  };
}

test('a saved plan is carried out, on its own target where none is given', async () => {
  expect(await plan(line(answers, { values: { target: 'sandbox', out: file } }), env)).toBe(0);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ target: { label: 'sandbox' } });
  expect(await apply(line(file, { values: {} }), env)).toBe(0);
});

test('it is refused where the target changed, though the steps are the same', async () => {
  await plan(line(answers, { values: { target: 'sandbox', out: file } }), env);
  const [guest] = await guests();
  const upid = await target.pve.post<string>(`/nodes/pve1/qemu/${guest?.vmid}/status/stop`);
  await expect
    .poll(async () => (await target.pve.get<{ status: string }>(`/nodes/pve1/tasks/${upid}/status`)).status)
    .toBe('stopped');
  await expect(apply(line(file), env)).rejects.toMatchObject({
    message: `the target changed since ${file} was made`,
    why: 'other now: start kept-g-1',
  });
  expect((await guests())[0]?.status).toBe('stopped');
});

test('it is refused on another target', async () => {
  const saved = isSavedPlan(file, env);
  if (!saved) throw new Error('no saved plan');
  const other = { ...target, label: 'prod' };
  await expect(
    prepareSaved(saved, readAnswers(saved.files, env), { target: other, env }),
  ).rejects.toMatchObject({ exitCode: 2, message: /was made for sandbox, not for prod/ });
});

async function guests(): Promise<{ vmid: number; name: string; status: string }[]> {
  const rows = await target.pve.get<{ vmid: number; name: string; status: string }[]>('/cluster/resources', {
    type: 'vm',
  });
  return rows.filter((row) => row.name.startsWith('kept-'));
}
