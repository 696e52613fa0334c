import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { DoctorTarget } from '../../src/doctor/run.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import type { Target } from '../../src/target.ts';
import { type Client, temporarySandbox } from '../sandbox/client.ts';
import { doctorAt, examine, mendEach, troubles } from './sandbox.ts';

type Command = readonly [node: string, line: string, stdin?: string];
type Call = readonly [method: string, path: string, params?: Record<string, unknown>];
interface Break {
  hosts?: readonly Command[];
  'before-api'?: readonly string[];
  api?: readonly Call[];
  then?: readonly Command[];
  condition?: Record<string, unknown>;
  finds: readonly string[];
  mended?: boolean;
  heals?: readonly Command[];
  'heals-api'?: readonly Call[];
}

const breaks = parse(readFileSync(path.join(import.meta.dirname, 'broken/breaks.yaml'), 'utf8')) as Record<
  string,
  Break
>;

describe('the doctor at the sandbox', () => {
  let sandbox: Sandbox;
  let remove: () => Promise<void>;
  let target: Target;
  let place: DoctorTarget;
  let root: Client;

  beforeAll(async () => {
    ({ sandbox, remove } = await temporarySandbox());
    ({ target, place, root } = await doctorAt(sandbox));
  });
  afterAll(async () => {
    root.close();
    await target.close();
    await remove();
  });
  beforeEach(async () => {
    await sandbox.reset();
    root.close();
    // A reset makes all tickets void.
    await target.close();
    ({ target, place, root } = await doctorAt(sandbox));
  });

  test('is content with a healthy one', async () => {
    expect(troubles(await examine(place))).toEqual([]);
  }, 60_000);

  test('there are at least 25 ways to break it', () => {
    expect(Object.keys(breaks).length).toBeGreaterThanOrEqual(25);
  });

  test.each(Object.entries(breaks))(
    '%s',
    async (_name, broken) => {
      await commands(broken.hosts);
      await commands((broken['before-api'] ?? []).map((line) => ['pve1', line]));
      await calls(broken.api);
      await commands(broken.then);
      if (broken.condition) await condition('PUT', broken.condition);

      const results = await examine(place);
      const found = [...new Set(troubles(results).map((line) => line.split(' ')[0]))];
      expect(found.sort(), troubles(results).join('\n')).toEqual([...broken.finds].sort());

      const wrong = await mendEach(results, target, place);
      if (broken.mended) expect(wrong).toEqual([]);
      await commands(broken.heals);
      await calls(broken['heals-api']);
      if (broken.condition && !broken.mended) await condition('DELETE');
      if (broken.mended || broken.heals || broken['heals-api'] || broken.condition)
        expect(troubles(await examine(place))).toEqual([]);
    },
    60_000,
  );

  async function commands(list: readonly Command[] = []): Promise<void> {
    for (const [node, line, input] of list) {
      const host = target.host(node);
      const done = await host?.run(line.split(' '), input === undefined ? {} : { input });
      expect(done?.exitCode, `${line}: ${done?.stderr}`).toBe(0);
    }
  }

  async function calls(list: readonly Call[] = []): Promise<void> {
    for (const [method, where, params] of list) {
      const data = await root.data<unknown>(method, where, params);
      if (typeof data === 'string' && data.startsWith('UPID:'))
        expect((await root.task(data)).exitstatus).toBe('OK');
    }
  }

  async function condition(method: 'PUT' | 'DELETE', value?: Record<string, unknown>): Promise<void> {
    const body = value && Buffer.from(JSON.stringify(value));
    const headers = { 'Content-Type': 'application/json', 'X-Sandbox-Secret': sandbox.hostSecret };
    const answer = await root.send(method, '/sandbox/condition', { headers, ...(body ? { body } : {}) });
    expect(answer.status, answer.text).toBe(200);
  }
});
