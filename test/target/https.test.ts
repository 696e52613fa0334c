import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { TargetError } from '../../src/errors.ts';
import { Secret } from '../../src/plan/secret.ts';
import type { TargetEnvironment } from '../../src/target/environment.ts';
import { parseTarget, type TargetWish } from '../../src/target/spec.ts';
import { openTarget, type Target } from '../../src/target.ts';
import { data, type Reply, type Seen, type StrictServer, strictServer } from '../pve/strict-server.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'proxwright-target-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const warnings: string[] = [];
const environment = (): TargetEnvironment => ({
  env: {},
  home: folder,
  cwd: folder,
  clock: { now: () => Date.now(), sleep: async () => {} },
  warn: (line) => void warnings.push(line),
  sandbox: { stateDir: folder, start: () => expect.unreachable('no sandbox is asked for') },
});

const two = [
  { node: 'pve1', status: 'online' },
  { node: 'pve2', status: 'online' },
];

/** A cluster of two, of which pve2 answers. */
function cluster(version = '9.2.11', status: Reply = data([{ type: 'node', name: 'pve2', local: 1 }])) {
  return ({ url }: Seen): Reply => {
    if (url.endsWith('/version')) return data({ version, release: version.slice(0, 3) });
    if (url.endsWith('/nodes')) return data(two);
    return url.endsWith('/cluster/status') ? status : { status: 501 };
  };
}

async function serve(reply: (request: Seen) => Reply): Promise<StrictServer> {
  const server = await strictServer(reply);
  open.push(server);
  return server;
}

async function target(server: StrictServer, wish: Partial<TargetWish> = {}): Promise<Target> {
  const url = `https://127.0.0.1:${server.port}`;
  const spec = parseTarget(
    { url, token: new Secret('ci@pve!t=x'), fingerprint: server.fingerprint, ...wish },
    {},
  );
  const opened = await openTarget(spec, environment());
  open.push(opened);
  return opened;
}

test('a cluster by its API alone', async () => {
  const opened = await target(await serve(cluster()));
  expect(opened).toMatchObject({
    kind: 'https',
    firstNode: 'pve2',
    facts: { kind: 'https', label: '127.0.0.1', hasHost: false },
    imageKeys: [],
  });
  expect(opened.pve.user).toBe('ci@pve!t');
  expect(opened.host('pve1')).toBeUndefined();
});

test('a token that may not see the cluster status', async () => {
  const opened = await target(
    await serve(cluster('8.4.1', { status: 403, reason: 'Permission check failed (/, Sys.Audit)' })),
  );
  expect(opened.firstNode).toBe('pve1');
});

test('a version that is not supported', async () => {
  const error = await target(await serve(cluster('7.4.1'))).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(TargetError);
  expect((error as TargetError).why).toContain('older than 8.0');
});

test("the node's authority from a file; a file that is not there", async () => {
  const server = await serve(cluster());
  writeFileSync(join(folder, 'ca.pem'), server.certificate);
  const url = `https://127.0.0.1:${server.port}`;
  const spec = (ca: string) => parseTarget({ url, token: new Secret('ci@pve!t=x'), ca }, {});
  open.push(await openTarget(spec('ca.pem'), environment()));
  await expect(openTarget(spec('none.pem'), environment())).rejects.toThrow(
    'the CA certificate cannot be read',
  );
});

test('insecure is said each time', async () => {
  const server = await serve(cluster());
  const url = `https://127.0.0.1:${server.port}`;
  open.push(
    await openTarget(
      parseTarget({ url, token: new Secret('ci@pve!t=x'), insecure: true }, {}),
      environment(),
    ),
  );
  expect(warnings.at(-1)).toContain('--insecure');
});
