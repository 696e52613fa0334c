import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../src/cli.ts';
import { doctorTarget } from '../../src/commands/doctor/target.ts';
import { doctor } from '../../src/commands/doctor.ts';
import { checks } from '../../src/doctor/all.ts';
import type { Change } from '../../src/doctor/check.ts';
import { mend } from '../../src/doctor/mend.ts';
import { runDoctor } from '../../src/doctor/run.ts';
import { fail } from '../../src/doctor/verdict.ts';
import type { Env } from '../../src/env.ts';
import { TargetError } from '../../src/errors.ts';
import { Secret } from '../../src/plan/secret.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { openTarget, type Target } from '../../src/target.ts';
import { type Client, temporarySandbox } from '../sandbox/client.ts';
import { envIn } from '../system/environment.ts';
import { doctorAt, PATIENCE } from './sandbox.ts';

/** Where the target gives less than it should. */
describe('the doctor', () => {
  let sandbox: Sandbox;
  let remove: () => Promise<void>;
  let target: Target;
  let root: Client;

  beforeAll(async () => {
    ({ sandbox, remove } = await temporarySandbox());
    ({ target, root } = await doctorAt(sandbox));
  });
  afterAll(async () => {
    root.close();
    await target.close();
    await remove();
  });

  test.each([
    ['one who may only look', 'PVEAuditor', ['ACC-PRIVILEGES']],
    ['one who may do nothing', undefined, []],
  ])('says to %s what it could not look at, and finds nothing that is not so', async (_who, role, finds) => {
    const user = `${role ?? 'nobody'}@pve`.toLowerCase();
    await root.data('POST', '/access/users', { userid: user });
    const { value } = await root.data<{ value: string }>('POST', `/access/users/${user}/token/look`, {
      privsep: 0,
    });
    if (role) await root.data('PUT', '/access/acl', { path: '/', roles: role, users: user });
    const { port, fingerprint } = sandbox;
    const auth = { token: new Secret(`${user}!look=${value}`) };
    const poor = await openTarget(
      { kind: 'https', https: { host: '127.0.0.1', port, auth, fingerprint, insecure: false } },
      { env: {}, home: '/nonexistent', cwd: '/', warn: () => {}, sandbox: { stateDir: '/', start: refuse } },
    );
    try {
      const place = { ...(await doctorTarget(poor, bare)), local: localOf(target) };
      const { results } = await runDoctor(checks, place, { patience: PATIENCE });
      const told = results.filter(({ verdict }) => ['warn', 'fail'].includes(verdict.severity));
      expect([...new Set(told.map(({ check }) => check.id))]).toEqual(finds);
      const skipped = results.filter(({ verdict }) => verdict.severity === 'skip');
      expect(skipped.length).toBeGreaterThan(40);
      expect(skipped.every(({ verdict }) => verdict.message.length > 5)).toBe(true);
    } finally {
      await poor.close();
    }
  });

  test('a mending that fails half way leaves the file as it was, and the backup beside it', async () => {
    const disk = (name: string): string => path.join(sandbox.stateDir, 'nodes/pve1/rootfs', name);
    const [before, { mode }] = [readFileSync(disk('etc/hosts'), 'utf8'), statSync(disk('etc/hosts'))];
    const file: Change = {
      kind: 'file',
      node: 'pve1',
      path: '/etc/hosts',
      before,
      after: `${before}192.168.1.99 other\n`,
      mode: 0o600,
    };
    const command: Change = { kind: 'command', node: 'pve1', argv: ['systemctl', 'start', 'no-such-unit'] };
    const [check] = checks;
    if (!check) throw new Error('there are checks');
    const verdict = { ...fail('is ill', { text: 'cure it' }), mend: { changes: [file, command] } };
    const edges = { pve: target.pve, host: (node: string) => target.host(node), stamp: 'half' };
    const done = await mend({ check, node: 'pve1', verdict, seen: true }, edges, async () => true);
    expect(done).toMatchObject({ status: 'failed', left: [] });
    expect(readFileSync(disk('etc/hosts'), 'utf8')).toBe(before);
    expect(statSync(disk('etc/hosts')).mode).toBe(mode);
    expect(readFileSync(disk('var/lib/proxwright/backups/half/etc/hosts'), 'utf8')).toBe(before);
  });

  test('at a target that is down it is an error with the way on, not a report', async () => {
    const env = envIn(sandbox.stateDir, { stderr: { write: () => true } as unknown as Env['stderr'] });
    const variables = { ...env.variables, PROXWRIGHT_TOKEN: 'a@pve!t=00000000-0000-0000-0000-000000000000' };
    const line = parseCommandLine(['doctor', '--target', 'https://127.0.0.1:9']);
    await expect(doctor(line, { ...env, variables })).rejects.toThrow(
      expect.objectContaining({ constructor: TargetError, exitCode: 1, fix: expect.any(String) }),
    );
  });
});

const bare = { variables: {}, machine: 'here', signal: new AbortController().signal } as unknown as Env;

function localOf(target: Target) {
  const host = target.host(target.firstNode);
  if (!host) throw new Error('the sandbox gives hosts');
  return host;
}

async function refuse(): Promise<never> {
  throw new Error('no sandbox is to be started');
}
