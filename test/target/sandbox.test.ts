import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MirrorImage } from '../../src/sandbox/mirror/mirror.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import type { TargetEnvironment } from '../../src/target/environment.ts';
import { openTarget, type Target } from '../../src/target.ts';

const IMAGE: MirrorImage = {
  url: 'https://images.example/one.qcow2',
  format: 'qcow2',
  sums: { url: 'https://images.example/SHA256SUMS', algorithm: 'sha256', style: 'gnu' },
};

let stateDir: string;
const open: { close(): Promise<void> }[] = [];
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'proxwright-sandbox-target-'));
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
  rmSync(stateDir, { recursive: true });
});

function start(): Promise<Sandbox> {
  return startSandbox({ stateDir, speed: 100, mirror: [IMAGE] });
}

/** One that is served as if by another process: `server.json` names it. */
async function startElsewhere(): Promise<Sandbox> {
  const sandbox = await start();
  writeFileSync(join(stateDir, 'server.json'), JSON.stringify({ pid: 1, port: sandbox.port }));
  return sandbox;
}

async function target(started: () => Promise<Sandbox> = start): Promise<Target> {
  const environment: TargetEnvironment = {
    env: {},
    home: stateDir,
    cwd: stateDir,
    clock: { now: () => Date.now(), sleep: async () => {} },
    warn: () => {},
    sandbox: { stateDir, start: started },
  };
  const opened = await openTarget({ kind: 'sandbox' }, environment);
  open.push(opened);
  return opened;
}

test('an embedded sandbox: API as root@pam, hosts of all nodes, the key of its images', async () => {
  const opened = await target();
  expect(opened).toMatchObject({ kind: 'sandbox', label: 'sandbox', firstNode: 'pve1' });
  expect(opened.pve.user).toBe('root@pam');
  expect(opened.imageKeys[0]).toContain('BEGIN PGP PUBLIC KEY');
  expect(['pve1', 'pve2', 'pve3', 'pve4'].map((node) => opened.host(node)?.node)).toEqual([
    'pve1',
    'pve2',
    'pve3',
    undefined,
  ]);
  await opened.pve.put('/nodes/pve3/qemu/999/config', { memory: 512 }).then(
    () => expect.fail('was no failure'),
    (error: Error) => expect(error.message).toContain('does not exist'),
  );
});

test('files on a node by the same commands as over ssh', async () => {
  const host = (await target()).host('pve2')!;
  const path = '/var/lib/vz/snippets/a b.yaml';
  expect(await host.read(path)).toBeUndefined();
  const bytes = Buffer.from([0, 255, 10, 39]);
  await host.write(path, bytes, { mode: 0o600 });
  expect(await host.read(path)).toEqual(bytes);
  await host.write(path, 'é', { mode: 0o600 });
  expect((await host.read(path))?.toString()).toBe('é');
  await host.remove(path);
  await host.remove(path);
  expect(await host.read(path)).toBeUndefined();
  expect(await host.run(['no-such-command-here'])).toMatchObject({ exitCode: 127 });
});

test("the publishers' images and sums, whole and in parts", async () => {
  const { fetch, fetchStream } = await target();
  const sums = await fetch(IMAGE.sums!.url);
  expect(sums.status).toBe(200);
  expect(sums.body.toString()).toMatch(/^[0-9a-f]{64} .one\.qcow2$/m);
  const part = await fetch(IMAGE.url, { range: 'bytes=0-3' });
  expect([part.status, part.body.toString('latin1')]).toEqual([206, 'QFI\u00fb']);
  const stream = await fetchStream(IMAGE.url);
  let length = 0;
  for await (const piece of stream.body) length += piece.length;
  expect(String(length)).toBe(stream.headers['content-length']);
  expect((await fetch('https://images.example/none')).status).toBe(404);
});

test('one that runs already is used, and replaced when it goes away', async () => {
  const other = await startElsewhere();
  const started: Sandbox[] = [];
  const opened = await target(async () => {
    const sandbox = await start();
    started.push(sandbox);
    return sandbox;
  });
  await opened.pve.post('/pools', { poolid: 'kept' });
  expect(started).toHaveLength(0);
  await other.close();
  const pools = await opened.pve.get<{ poolid: string }[]>('/pools');
  expect(pools.map((pool) => pool.poolid)).toContain('kept');
  expect(started).toHaveLength(1);
  expect(await opened.host('pve1')?.run(['hostname'])).toMatchObject({ exitCode: 0 });
  expect(started).toHaveLength(1);
});
