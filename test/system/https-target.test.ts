import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCatalogue } from '../../src/images/catalogue.ts';
import { mirrorOf } from '../../src/images/mirror.ts';
import { Secret } from '../../src/plan/secret.ts';
import { passwordAuth } from '../../src/pve/auth.ts';
import { createPve } from '../../src/pve/client.ts';
import { systemClock } from '../../src/pve/clock.ts';
import type { Pve } from '../../src/pve/pve.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { runMain } from './run-main.ts';

/** A target of which there is nothing but the API: by password, by token, and all the ways in which that fails. */
let home: string;
let sandbox: Sandbox;
let pve: Pve;
let token: string;
const PASSWORD = 'a-secret-that-must-not-be-seen';

beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'proxwright-https-'));
  mkdirSync(path.join(home, 'runs'));
  sandbox = await startSandbox({
    stateDir: path.join(home, 'sandbox'),
    speed: 50,
    mirror: mirrorOf(loadCatalogue()),
  });
  const endpoint = { host: '127.0.0.1', port: sandbox.port, fingerprint: sandbox.fingerprint };
  const auth = passwordAuth('root@pam', new Secret('sandbox'), systemClock.now);
  pve = createPve({ endpoint: async () => endpoint, auth });
  await pve.post('/access/users', { userid: 'ci@pve', password: PASSWORD });
  const made = await pve.post<{ value: string }>('/access/users/ci@pve/token/provisioner', { privsep: 0 });
  token = made.value;
  await pve.put('/access/acl', { path: '/', roles: 'PVEAuditor', users: 'ci@pve' });
  writeFileSync(
    path.join(home, 'edge.yaml'),
    'version: 1\nclusters: [{ name: edge, groups: [{ name: g, count: 2 }] }]\n',
  );
});

afterAll(async () => {
  await pve.close();
  await sandbox.close();
  rmSync(home, { recursive: true });
});

const target = (fingerprint = sandbox.fingerprint) =>
  `https://127.0.0.1:${sandbox.port}?fingerprint=${fingerprint}`;
const root = { PROXWRIGHT_USER: 'root@pam', PROXWRIGHT_PASSWORD: 'sandbox' };
const plan = (url: string, variables: Record<string, string>) =>
  runMain(home, ['plan', '--target', url, 'edge.yaml'], variables);

describe('an https target', () => {
  test('plans as root, and refuses what needs a host, naming guests and reason', async () => {
    const { code, stderr } = await plan(target(), root);
    expect(code).toBe(2);
    expect(stderr).toContain('cannot be written: the API has no upload for snippets');
    expect(stderr).toContain('ssh');
  });

  test('a token that lacks privileges is told which, and where', async () => {
    const { code, stderr } = await plan(target(), { PROXWRIGHT_TOKEN: `ci@pve!provisioner=${token}` });
    expect(code).toBe(2);
    expect(stderr).toMatch(/lacks VM\.Allocate on \/vms\/\d+/);
    expect(stderr).toMatch(/lacks SDN\.Use on \/sdn\/zones\/localnetwork\/vmbr0/);
    expect(stderr).not.toContain(token);
  });

  test.each([
    ['a wrong password', () => plan(target(), { ...root, PROXWRIGHT_PASSWORD: PASSWORD }), 1, /password/i],
    [
      'a token that is none',
      () => plan(target(), { PROXWRIGHT_TOKEN: `ci@pve!provisioner=${PASSWORD}` }),
      1,
      /token/,
    ],
    ['no credentials', () => plan(target(), {}), 2, /PROXWRIGHT_TOKEN/],
    ['a wrong fingerprint', () => plan(target('AB:'.repeat(31).concat('AB')), root), 1, /fingerprint/],
    [
      'no fingerprint for a self-made certificate',
      () => plan(`https://127.0.0.1:${sandbox.port}`, root),
      1,
      /fingerprint/,
    ],
    ['nobody there', () => plan('https://127.0.0.1:9', root), 1, /127\.0\.0\.1:9/],
    ['no such host', () => plan('https://no-such-host.invalid', root), 1, /no-such-host\.invalid/],
    ['an address that is none', () => plan('ftp://x', root), 2, /ftp:\/\/x/],
  ])('%s', async (_name, run, code, text) => {
    const ended = await run();
    expect(ended.stderr).toMatch(text);
    expect(ended.code).toBe(code);
    expect(ended.stderr.trim().split('\n').length).toBeLessThan(6);
    expect(ended.stderr).not.toMatch(/at .*\.ts:\d+|unexpected/);
    expect(ended.stderr + ended.stdout).not.toContain(PASSWORD);
  });

  test('--insecure says so on each run', async () => {
    const { stderr } = await runMain(
      home,
      ['plan', '--insecure', '--target', `https://127.0.0.1:${sandbox.port}`, 'edge.yaml'],
      root,
    );
    expect(stderr).toContain('--insecure');
  });

  test('no secret has come to rest anywhere', () => {
    const files = readdirSync(path.join(home, 'runs'), { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((name) => name.includes('.'))) {
      expect(readFileSync(path.join(home, 'runs', file), 'utf8')).not.toContain(PASSWORD);
    }
  });
});
