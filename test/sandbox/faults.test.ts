import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { Client, temporarySandbox } from './client.ts';
import { ONE_NODE } from './one-node.ts';

let sandbox: Sandbox;
let client: Client;
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ sandbox, remove } = await temporarySandbox({ seed: ONE_NODE }));
  client = await Client.root(sandbox);
});
afterEach(() => client.send('DELETE', '/sandbox/faults'));
afterAll(() => remove());

const inject = (rule: unknown) =>
  client.send('POST', '/sandbox/faults', {
    body: Buffer.from(JSON.stringify(rule)),
    headers: { 'Content-Type': 'application/json' },
  });
const nextid = () => client.send('GET', '/cluster/nextid');

describe('faults', () => {
  it('answer with a status, on the n-th match only', async () => {
    await inject({
      match: { method: 'GET', path: '^/cluster/nextid$' },
      nth: 2,
      kind: 'status',
      status: 596,
      text: 'broken pipe',
    });
    const answers = [await nextid(), await nextid(), await nextid()];
    expect(answers.map((answer) => answer.status)).toEqual([200, 596, 200]);
    expect(answers[1]?.reason).toBe('broken pipe');
  });

  it('reset before the work is done', async () => {
    await inject({ match: { path: '^/pools$' }, nth: 1, kind: 'reset' });
    await expect(client.send('POST', '/pools', { params: { poolid: 'lost' } })).rejects.toMatchObject({
      code: 'ECONNRESET',
    });
    expect(await client.data('GET', '/pools')).not.toContainEqual({ poolid: 'lost' });
  });

  it('reset after the work is done', async () => {
    await inject({ match: { method: 'POST', path: '^/pools$' }, kind: 'reset-after' });
    await expect(client.send('POST', '/pools', { params: { poolid: 'done' } })).rejects.toMatchObject({
      code: 'ECONNRESET',
    });
    expect(await client.data('GET', '/pools')).toContainEqual({ poolid: 'done' });
  });

  it('let a task fail with a text, and leave nothing of it', async () => {
    await inject({ match: { path: '/clone$' }, kind: 'task-failure', text: 'clone failed: disk is on fire' });
    const task = await client.run('POST', '/nodes/pve/qemu/100/clone', { newid: 150 });
    expect(task.exitstatus).toBe('clone failed: disk is on fire');
    expect((await client.send('GET', '/nodes/pve/qemu/150/config')).status).toBe(500);
  });

  it('time out on a lock', async () => {
    await inject({ match: { method: 'PUT', path: '/config$' }, nth: 1, kind: 'lock-timeout' });
    const change = () => client.send('PUT', '/nodes/pve/qemu/200/config', { params: { cores: 2 } });
    expect((await change()).reason).toBe(
      "can't lock file '/var/lock/qemu-server/lock-200.conf' - got timeout",
    );
    expect((await change()).status).toBe(200);
  });

  it('delay', async () => {
    await inject({ match: { path: 'nextid' }, kind: 'delay', ms: 60 });
    const begin = performance.now();
    await nextid();
    expect(performance.now() - begin).toBeGreaterThan(55);
  });

  it('strike by chance alike in each run of the same seed', async () => {
    const rule = { match: { path: 'nextid' }, probability: 0.5, seed: 7, kind: 'status', status: 500 };
    const series: number[][] = [];
    for (let run = 0; run < 2; run++) {
      await inject(rule);
      const statuses: number[] = [];
      for (let count = 0; count < 12; count++) statuses.push((await nextid()).status);
      series.push(statuses);
      await client.send('DELETE', '/sandbox/faults');
    }
    expect(series[0]).toEqual(series[1]);
    expect(new Set(series[0])).toEqual(new Set([200, 500]));
  });

  it('can be given at the start', async () => {
    const started = await temporarySandbox({
      seed: ONE_NODE,
      faults: [{ match: { path: '^/version$' }, kind: 'status', status: 599, text: 'no' }],
    });
    const other = await Client.root(started.sandbox);
    expect((await other.send('GET', '/version')).status).toBe(599);
    await started.remove();
  });

  it.each([
    [
      { kind: 'explode' },
      'kind must be one of status, reset, reset-after, delay, task-failure, lock-timeout',
    ],
    [{ kind: 'reset', match: { path: '(' } }, 'match.path: Invalid regular expression'],
    [{ kind: 'reset', nth: 'two' }, 'nth must be a number'],
  ])('refuse %j', async (rule, text) => {
    const answer = await inject(rule);
    expect([answer.status, answer.reason.startsWith(text)]).toEqual([400, true]);
  });

  it('are for root alone', async () => {
    const token = Client.token(sandbox, 'root@pam!t1=11111111-1111-4111-8111-111111111111');
    expect((await token.send('DELETE', '/sandbox/faults')).status).toBe(403);
    expect((await new Client(sandbox).send('DELETE', '/sandbox/faults')).status).toBe(401);
    const secret = new Client(sandbox, { 'X-Sandbox-Secret': sandbox.hostSecret });
    expect((await secret.send('GET', '/sandbox/faults')).status).toBe(200);
  });
});
