import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sessionDoctor } from '../../../src/commands/session/session-doctor.ts';
import type { Env } from '../../../src/env.ts';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import type { Target } from '../../../src/target.ts';
import type { DoctorEvent, DoctorItem } from '../../../src/view/doctor/session.ts';
import { type DoctorState, newDoctor, reduceDoctor } from '../../../src/view/doctor/state.ts';
import { doctorAt } from '../../doctor/sandbox.ts';
import { type Client, temporarySandbox } from '../../sandbox/client.ts';

/** The terminal UI's doctor at a sandbox of its own: what it tells, as the screens understand it. */
let sandbox: Sandbox;
let remove: () => Promise<void>;
let target: Target;
let root: Client;

beforeAll(async () => {
  ({ sandbox, remove } = await temporarySandbox());
});
beforeEach(async () => {
  root?.close();
  await target?.close();
  await sandbox.reset();
  ({ target, root } = await doctorAt(sandbox));
});
afterAll(async () => {
  root.close();
  await target.close();
  await remove();
});

function open() {
  const env = { variables: {}, machine: 'here', signal: new AbortController().signal } as unknown as Env;
  let forgotten = 0;
  const doctor = sessionDoctor(env, { opened: async () => target, changed: () => (forgotten += 1) });
  let state: DoctorState = newDoctor;
  const ending = new AbortController();
  const watch = {
    signal: ending.signal,
    onEvent: (event: DoctorEvent) => (state = reduceDoctor(state, event)),
  };
  return {
    doctor,
    watch,
    ending,
    state: () => state,
    forgotten: () => forgotten,
    async look(...only: string[]) {
      state = reduceDoctor(state, { type: 'look-asked', ...(only.length > 0 ? { only } : {}) });
      await doctor.look({ ...watch, ...(only.length > 0 ? { only } : {}) });
    },
    of: (id: string) => state.jobs.filter((job) => job.id === id).flatMap((job) => job.items),
    async mend(items: readonly DoctorItem[]) {
      state = reduceDoctor(state, { type: 'mend-asked', items });
      const refs = items.map(({ ref }) => ref);
      await doctor.mend(refs, watch);
      return state.mends;
    },
  };
}

async function run(node: string, argv: readonly string[], input?: string): Promise<string> {
  const done = await target.host(node)?.run(argv, input === undefined ? {} : { input });
  expect(done?.exitCode, done?.stderr).toBe(0);
  return done?.stdout ?? '';
}

const wrongHosts = '127.0.0.1 localhost\n127.0.1.1 pve1.lab.example pve1\n';

test('what was found wrong is mended by its name, looked at again, and facts are read anew', async () => {
  await run('pve1', ['tee', '/etc/hosts'], wrongHosts);
  const it = open();
  await it.look('PVE-HOSTS', 'PVE-VERSION');
  expect(it.state()).toMatchObject({ look: 'done', nodes: ['pve1', 'pve2', 'pve3'] });
  const [ill] = it.of('PVE-HOSTS').filter(({ changes }) => changes);
  expect(ill).toMatchObject({ node: 'pve1', severity: 'fail', group: 'node', seen: true });
  expect(ill?.changes?.map(({ text }) => text)).toContain('-127.0.1.1 pve1.lab.example pve1');
  // Looking has changed nothing.
  expect(await run('pve1', ['cat', '/etc/hosts'])).toBe(wrongHosts);
  expect(it.forgotten()).toBe(0);

  const [done] = await it.mend(ill ? [ill] : []);
  expect(done).toMatchObject({
    status: 'mended',
    outcome: { backups: [expect.stringContaining('/etc/hosts')] },
  });
  expect(it.of('PVE-HOSTS').map(({ severity }) => severity)).toEqual(['pass', 'pass', 'pass']);
  expect(it.forgotten()).toBe(1);
}, 60_000);

test('what is not as it was when it was looked at is left, and says so', async () => {
  await run('pve1', ['tee', '/etc/hosts'], wrongHosts);
  const it = open();
  await it.look('PVE-HOSTS');
  const ill = it.of('PVE-HOSTS').filter(({ changes }) => changes);
  await run('pve1', ['tee', '-a', '/etc/hosts'], '10.0.0.9 nas\n');
  const [done] = await it.mend(ill);
  expect(done).toMatchObject({
    status: 'failed',
    outcome: { why: expect.stringContaining('has changed'), left: [] },
  });
  expect(await run('pve1', ['cat', '/etc/hosts'])).toBe(`${wrongHosts}10.0.0.9 nas\n`);
  expect(it.of('PVE-HOSTS').some(({ severity }) => severity === 'fail')).toBe(true);
}, 60_000);

test('two findings of one check on one node are mended one by one', async () => {
  const folder = '/mnt/pve/shared/snippets';
  await run('pve1', ['mkdir', '-p', folder]);
  for (const [name, vmid] of [
    ['one.pl', 900],
    ['two.pl', 901],
  ] as const) {
    await run('pve1', ['tee', `${folder}/${name}`], '#!/usr/bin/perl\n');
    await run('pve1', ['chmod', '755', `${folder}/${name}`]);
    await root.data('POST', '/nodes/pve1/qemu', { vmid, hookscript: `shared:snippets/${name}` });
    await run('pve1', ['chmod', '644', `${folder}/${name}`]);
  }
  const it = open();
  await expect
    .poll(async () => {
      await it.look('VM-HOOKSCRIPT');
      return it.of('VM-HOOKSCRIPT').filter(({ changes }) => changes).length;
    })
    .toBe(2);
  const mends = await it.mend(it.of('VM-HOOKSCRIPT').filter(({ changes }) => changes));
  expect(mends.map(({ status }) => status)).toEqual(['mended', 'mended']);
}, 60_000);

test('after a cancel nothing is told, and what was broken off is no finding', async () => {
  const it = open();
  const looking = it.look('PVE-HOSTS');
  it.ending.abort();
  await looking;
  expect(it.state().jobs.flatMap(({ items }) => items)).toEqual([]);
  expect(it.state().look).not.toBe('done');
}, 60_000);

test('nothing is mended after it was closed', async () => {
  await run('pve1', ['tee', '/etc/hosts'], wrongHosts);
  const it = open();
  await it.look('PVE-HOSTS');
  await it.doctor.close();
  const [left] = await it.mend(it.of('PVE-HOSTS').filter(({ changes }) => changes));
  expect(left?.status).toBe('waiting');
  expect(await run('pve1', ['cat', '/etc/hosts'])).toBe(wrongHosts);
}, 60_000);
