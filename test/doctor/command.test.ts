import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../src/cli.ts';
import { doctor } from '../../src/commands/doctor.ts';
import type { Env } from '../../src/env.ts';
import { UsageError } from '../../src/errors.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';

/** The command as a shell runs it, at a sandbox that runs already. */
describe('proxwright doctor', () => {
  let home: string;
  let sandbox: Sandbox;

  beforeAll(async () => {
    home = mkdtempSync(path.join(tmpdir(), 'doctor-test-'));
    const stateDir = path.join(home, 'proxwright', 'sandbox');
    sandbox = await startSandbox({ stateDir, speed: 50 });
    writeFileSync(path.join(stateDir, 'server.json'), JSON.stringify({ port: sandbox.port, pid: 1 }));
  });
  afterAll(async () => {
    await sandbox.close();
    rmSync(home, { recursive: true, force: true });
  });

  async function run(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    let stdout = '';
    let stderr = '';
    const env = {
      variables: { XDG_STATE_HOME: home, PATH: '/usr/bin:/bin', MAAS_API_URL: 'http://127.0.0.1:9/MAAS' },
      cwd: home,
      home,
      uid: 1000,
      user: 'ops',
      pid: 1,
      machine: 'here',
      stdin: { isTTY: false },
      stdout: { write: (text: string) => (stdout += text) },
      stderr: { write: (text: string) => (stderr += text) },
      signal: new AbortController().signal,
      isAlive: () => true,
      stop: () => {},
    } as unknown as Env;
    const code = await doctor(parseCommandLine(['doctor', '--target', 'sandbox', ...words]), env);
    return { code, stdout, stderr };
  }

  const hosts = (): string => path.join(sandbox.stateDir, 'nodes/pve2/rootfs/etc/hosts');
  const only = ['--only', 'PVE-HOSTS,PVE-VERSION'];

  test('lists, for people and for programs', async () => {
    const rows = JSON.parse((await run('--list', '--json')).stdout);
    expect(rows[0]).toEqual({ id: 'PVE-VERSION', group: 'node', title: 'Version of Proxmox VE' });
    expect((await run('--list', '--only', 'NET-MTU')).stdout).toBe(
      'NET-MTU                 network         One MTU along a bridge\n',
    );
  });

  test('ends with 0 where all is well, and with JSON where that is wanted', async () => {
    const { code, stdout } = await run(...only, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      summary: { pass: 4, info: 0, warn: 0, fail: 0, skip: 0 },
      findings: [
        { id: 'PVE-VERSION', severity: 'pass', message: 'all nodes: Proxmox VE 9.2.11' },
        {},
        {},
        {},
      ],
    });
  });

  test('ends with 1 where something failed; mends only when told; then all is well', async () => {
    const before = readFileSync(hosts(), 'utf8');
    writeFileSync(hosts(), '127.0.0.1 localhost\n127.0.1.1 pve2\n');
    expect((await run(...only)).code).toBe(1);
    const asked = await run(...only, '--fix');
    expect(asked.code).toBe(1);
    expect(asked.stderr).toContain('      +192.168.1.12 pve2');
    expect(asked.stderr).toContain('nobody can be asked here');
    const mended = await run(...only, '--fix', '--yes');
    expect(mended.code).toBe(0);
    expect(mended.stderr).toMatch(
      /mended; as it was before: \/var\/lib\/proxwright\/backups\/\d{8}-\d{6}\/etc\/hosts/,
    );
    writeFileSync(hosts(), before);
  });

  test('takes warnings for failures where that is wanted', async () => {
    const swaps = path.join(sandbox.stateDir, 'nodes/pve1/rootfs/proc/swaps');
    const before = readFileSync(swaps, 'utf8');
    writeFileSync(swaps, `${before}/dev/zd0 partition 8388604 0 -2\n`);
    expect((await run('--only', 'PVE-SWAP-ZFS')).code).toBe(0);
    expect((await run('--only', 'PVE-SWAP-ZFS', '--strict')).code).toBe(1);
    writeFileSync(swaps, before);
  });

  test('looks only at what answers need, and takes what they lack for a failure', async () => {
    const file = path.join(home, 'edge.yaml');
    writeFileSync(
      file,
      'version: 1\nclusters:\n  - name: edge\n    image: flatcar-stable\n    nodes: [pve1]\n    groups:\n      - name: server\n        count: 1\n        networks: [{ bridge: vmbr0, ip: dhcp }]\n',
    );
    const ids = JSON.parse((await run('--for', file, '--list', '--json')).stdout).map(
      (row: { id: string }) => row.id,
    );
    expect(ids).toContain('STO-SNIPPETS');
    expect(ids).not.toContain('KEA-AGENT');
    await expect(run('--for', path.join(home, 'none.yaml'))).rejects.toThrow(UsageError);
  });

  test('writes a page and a bundle for their owner alone', async () => {
    const { stderr } = await run(...only, '--html', 'out.html', '--bundle', 'out.tgz');
    expect(stderr).toContain('written: out.html');
    expect(readFileSync(path.join(home, 'out.html'), 'utf8')).toContain('<h1>sandbox</h1>');
    for (const name of ['out.html', 'out.tgz'])
      expect(statSync(path.join(home, name)).mode & 0o777).toBe(0o600);
    await expect(run(...only, '--html', 'no/such/folder.html')).rejects.toThrow('cannot be written');
  });

  test('a MAAS that is named and does not answer is a failure', async () => {
    const { code, stdout } = await run('--only', 'MAAS-REACHABLE');
    expect(code).toBe(1);
    expect(stdout).toContain('MAAS does not answer');
  });
});
