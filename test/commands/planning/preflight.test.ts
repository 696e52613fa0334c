import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../../src/cli.ts';
import { apply } from '../../../src/commands/apply.ts';
import { plan } from '../../../src/commands/plan.ts';
import { openSession } from '../../../src/commands/session/session.ts';
import { startEmbedded } from '../../../src/commands/targets/embedded-sandbox.ts';
import type { Env } from '../../../src/env.ts';
import { TargetError, UsageError } from '../../../src/errors.ts';
import { envIn } from '../../system/environment.ts';

/** The doctor looks before anything is changed. */
describe('a run at a node that is not well', () => {
  let home: string;
  let env: Env;
  let server: Awaited<ReturnType<typeof startEmbedded>>;
  let said: { stdout: string; stderr: string };

  beforeAll(async () => {
    home = mkdtempSync(path.join(tmpdir(), 'proxwright-preflight-'));
    const stream = (name: 'stdout' | 'stderr') => ({
      isTTY: false,
      write: (text: string) => {
        said[name] += text;
        return true;
      },
    });
    env = { ...envIn(home), stdout: stream('stdout'), stderr: stream('stderr') } as unknown as Env;
    server = await startEmbedded(path.join(home, 'state/proxwright/sandbox'), env, { speed: 500 });
    const cluster = (name: string) =>
      `version: 1\nclusters: [{ name: ${name}, nodes: [pve1], wait: { address: false }, groups: [{ name: g, count: 1, memory: 512, networks: [{ bridge: vmbr0 }] }] }]\n`;
    for (const name of ['one', 'two', 'three']) writeFileSync(path.join(home, `${name}.yaml`), cluster(name));
  });
  afterAll(async () => {
    await server.close();
    rmSync(home, { recursive: true });
  });
  beforeEach(() => {
    said = { stdout: '', stderr: '' };
  });

  const hosts = (node: string): string =>
    path.join(home, `state/proxwright/sandbox/nodes/${node}/rootfs/etc/hosts`);
  const healthy = new Map<string, string>();
  function breakHosts(node: string): void {
    healthy.set(node, readFileSync(hosts(node), 'utf8'));
    writeFileSync(hosts(node), `127.0.0.1 localhost\n127.0.1.1 ${node}\n`);
  }
  afterEach(() => {
    for (const [node, text] of healthy) writeFileSync(hosts(node), text);
    healthy.clear();
  });

  const line = (...words: string[]) => parseCommandLine([...words, '--target', 'sandbox']);
  const file = (name: string): string => path.join(home, `${name}.yaml`);
  const planned = async (name: string): Promise<{ check?: string; severity: string; message: string }[]> => {
    said.stdout = '';
    expect(await plan(line('plan', file(name), '--json'), env)).toBe(0);
    return JSON.parse(said.stdout).findings;
  };
  const toDo = async (name: string): Promise<number> =>
    await plan(line('plan', file(name), '--exit-code'), env);

  test('is told of nothing where all is well', async () => {
    expect((await planned('one')).filter(({ check }) => check !== undefined)).toEqual([]);
  });

  test('does not begin; the plan shows why, and --skip goes on regardless', async () => {
    breakHosts('pve1');
    expect(await planned('one')).toContainEqual(
      expect.objectContaining({
        check: 'PVE-HOSTS',
        severity: 'error',
        message: expect.stringContaining('PVE-HOSTS: pve1: '),
      }),
    );
    await expect(apply(line('apply', file('one'), '--yes'), env)).rejects.toThrow(
      expect.objectContaining({
        constructor: TargetError,
        exitCode: 1,
        fix: `mend it: proxwright doctor --only PVE-HOSTS --fix --target sandbox; or go on regardless: proxwright apply ${file('one')} --skip PVE-HOSTS --target sandbox`,
      }),
    );
    expect(said.stderr).toContain('PVE-HOSTS: pve1: ');
    await expect(apply(line('--non-interactive', file('one')), env)).rejects.toThrow(TargetError);
    expect(await toDo('one')).toBe(3);
    expect(await apply(line('apply', file('one'), '--yes', '--skip', 'pve-hosts'), env)).toBe(0);
    expect(await toDo('one')).toBe(0);
  });

  test('begins where another node than the plan uses is ill, and is told of it', async () => {
    breakHosts('pve3');
    expect(await apply(line('apply', file('two'), '--yes'), env)).toBe(0);
    expect(said.stderr).toContain('! PVE-HOSTS: pve3: ');
  });

  test('is let alone where there is nothing to do, and where all is to go', async () => {
    breakHosts('pve1');
    expect(await apply(line('apply', file('one'), '--yes'), env)).toBe(0);
    expect(await apply(line('destroy', file('one'), '--yes'), env)).toBe(0);
    expect(said.stderr).not.toContain('PVE-HOSTS');
  });

  test('does not begin from the wizard either', async () => {
    breakHosts('pve1');
    const target = { kind: 'sandbox' as const, label: 'sandbox', release: '', nodes: 0 };
    const opened = openSession(line(), env, target);
    try {
      const { session } = opened;
      const answers = {
        name: 'three',
        nodes: ['pve1'],
        groups: [{ name: 'g', count: 1, memory: 512, networks: [{ bridge: 'vmbr0' }] }],
      };
      const { findings } = (await session.plan('cluster', answers)).plan;
      expect(findings[0]).toMatchObject({ check: 'PVE-HOSTS', severity: 'error' });
      expect(findings[1]).toMatchObject({
        fix: 'save the answers, then proxwright apply FILE --skip PVE-HOSTS',
      });
    } finally {
      await opened.close();
    }
  });

  test('an id to skip that no check has is refused', async () => {
    await expect(apply(line('apply', file('one'), '--skip', 'PVE-HOST'), env)).rejects.toThrow(
      expect.objectContaining({ constructor: UsageError, fix: expect.stringContaining('PVE-HOSTS') }),
    );
  });
});
