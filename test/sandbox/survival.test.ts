import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { Client } from './client.ts';
import { ONE_NODE } from './one-node.ts';

const ROOT = join(import.meta.dirname, '../..');
const open: Sandbox[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const sandbox of open.splice(0)) await sandbox.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'sandbox-survival-'));
  folders.push(made);
  return made;
}

async function start(stateDir: string, speed = 50): Promise<{ sandbox: Sandbox; client: Client }> {
  const sandbox = await startSandbox({ stateDir, speed, seed: ONE_NODE });
  open.push(sandbox);
  return { sandbox, client: await Client.root(sandbox) };
}

describe('a restart', () => {
  it('finds everything as it was', async () => {
    const stateDir = folder();
    const first = await start(stateDir);
    const { client } = first;
    await client.run('POST', '/nodes/pve/qemu/100/clone', { newid: 110, name: 'kept' });
    await client.data('PUT', '/nodes/pve/qemu/110/config', {
      description: 'ä: 100 %\nproxwright: uid=x',
      cores: 3,
    });
    const started = await client.data<string>('POST', '/nodes/pve/qemu/110/status/start');
    await client.task(started);
    await client.data('PUT', '/storage/local', { content: 'images,iso' });
    await client.data('POST', '/pools', { poolid: 'kept', comment: 'a: b' });
    const token = await client.data<{ value: string }>('POST', '/access/users/root@pam/token/kept', {
      privsep: 0,
    });
    const config = await client.data('GET', '/nodes/pve/qemu/110/config');
    await first.sandbox.close();

    const { sandbox, client: again } = await start(stateDir);
    expect(sandbox.fingerprint).toBe(first.sandbox.fingerprint);
    expect(await again.data('GET', '/nodes/pve/qemu/110/config')).toEqual(config);
    expect(await again.data('GET', '/nodes/pve/qemu/110/status/current')).toMatchObject({
      status: 'running',
    });
    expect((await again.task(started)).log).toEqual(['generating cloud-init ISO', 'TASK OK']);
    expect(await again.data('GET', '/storage/local')).toMatchObject({ content: 'images,iso' });
    expect(await again.data('GET', '/pools')).toContainEqual({ poolid: 'kept', comment: 'a: b' });
    expect(await Client.token(sandbox, `root@pam!kept=${token.value}`).data('GET', '/version')).toBeDefined();
  });

  it('takes tickets of before', async () => {
    const stateDir = folder();
    const first = await start(stateDir);
    await first.sandbox.close();
    const { sandbox } = await start(stateDir);
    expect(await new Client(sandbox, first.client.headers).data('GET', '/version')).toBeDefined();
  });

  it('writes only what changed: no file of another guest', async () => {
    const stateDir = folder();
    const { client } = await start(stateDir);
    for (let vmid = 110; vmid < 120; vmid++)
      await client.run('POST', '/nodes/pve/qemu', { vmid, scsi0: 'local:1' });
    const before = snapshot(stateDir);
    await client.data('PUT', '/nodes/pve/qemu/115/config', { cores: 2 });
    const after = snapshot(stateDir);
    expect([...after.keys()].filter((path) => before.get(path) !== after.get(path))).toEqual([
      'etc/pve/nodes/pve/qemu-server/115.conf',
    ]);
  });
});

describe('kill -9', () => {
  it.each([
    ['a full clone', `POST /nodes/pve/qemu/100/clone newid=130 full=1`],
    ['a linked clone', `POST /nodes/pve/qemu/100/clone newid=130`],
    ['a create', `POST /nodes/pve/qemu vmid=130 scsi0=local:0,import-from=local:import/small.qcow2`],
  ])('during %s leaves nothing half', async (_, request) => {
    const stateDir = folder();
    const upid = await killDuring(stateDir, request);
    const { client } = await start(stateDir);
    expect((await client.send('GET', '/nodes/pve/qemu/130/config')).status).toBe(500);
    const content = await client.data<{ volid: string }[]>('GET', '/nodes/pve/storage/local/content', {
      vmid: 130,
    });
    expect(content).toEqual([]);
    const task = await client.task(upid);
    expect([task.status, task.exitstatus]).toEqual(['stopped', 'interrupted by signal']);
    expect(task.log.at(-1)).toBe('TASK ERROR: interrupted by signal');
    // The same id is free again.
    expect((await client.run('POST', '/nodes/pve/qemu/100/clone', { newid: 130 })).exitstatus).toBe('OK');
  });

  it('while it is seeded: the next start seeds anew', async () => {
    const stateDir = folder();
    const { sandbox } = await start(stateDir);
    await sandbox.close();
    rmSync(join(stateDir, 'cluster.json'));
    writeFileSync(join(stateDir, 'etc/pve/nodes/pve/qemu-server/999.conf'), 'name: half\n');
    const { client } = await start(stateDir);
    expect(await client.data('GET', '/cluster/nextid', { vmid: 999 })).toBe('999');
  });
});

describe('the state folder', () => {
  it('is private where it holds secrets', async () => {
    const stateDir = folder();
    await start(stateDir);
    const { statSync } = await import('node:fs');
    for (const name of ['secrets.json', 'tls/key.pem']) {
      expect(statSync(join(stateDir, name)).mode & 0o777).toBe(0o600);
    }
    expect(readFileSync(join(stateDir, 'secrets.json'), 'utf8')).not.toContain('"sandbox"');
  });

  it('says what to do when it is damaged', async () => {
    const stateDir = folder();
    const { sandbox } = await start(stateDir);
    await sandbox.close();
    writeFileSync(join(stateDir, 'cluster.json'), '{');
    await expect(startSandbox({ stateDir })).rejects.toMatchObject({ fix: expect.stringContaining('reset') });
  });

  it('goes back to the seed by reset, with certificate and port', async () => {
    const stateDir = folder();
    const { sandbox, client } = await start(stateDir);
    await client.run('POST', '/nodes/pve/qemu', { vmid: 140 });
    const { port, fingerprint } = sandbox;
    await sandbox.reset();
    expect([sandbox.port, sandbox.fingerprint]).toEqual([port, fingerprint]);
    const again = await Client.root(sandbox);
    const guests = await again.data<{ vmid: number }[]>('GET', '/nodes/pve/qemu');
    expect(guests.map((guest) => guest.vmid)).toEqual([100, 101, 200]);
  });

  it('refuses a port that is taken, with a reason', async () => {
    const { sandbox } = await start(folder());
    await expect(startSandbox({ stateDir: folder(), port: sandbox.port })).rejects.toMatchObject({
      message: `the sandbox cannot listen on 127.0.0.1:${sandbox.port}`,
      why: 'another program listens there',
    });
  });
});

/** Runs a sandbox at real speed in a process of its own, sends a request, and kills it in the middle of the task. */
async function killDuring(stateDir: string, request: string): Promise<string> {
  const [method = '', path = '', ...params] = request.split(' ');
  const script = `
    import { startSandbox } from './src/sandbox/server.ts';
    import { Client } from './test/sandbox/client.ts';
    import { ONE_NODE } from './test/sandbox/one-node.ts';
    const sandbox = await startSandbox({ stateDir: ${JSON.stringify(stateDir)}, speed: 0.05, seed: ONE_NODE });
    const client = await Client.root(sandbox);
    const params = Object.fromEntries(${JSON.stringify(params)}.map((one) => one.split(/=(.*)/s).slice(0, 2)));
    console.log(await client.data('${method}', '${path}', params));
    const halfway = () => client.data('GET', '/nodes/pve/qemu/130/config');
    console.log(JSON.stringify(await halfway()));
  `;
  const child = spawn(join(ROOT, 'node_modules/.bin/node'), ['--input-type=module', '-e', script], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of child.stdout) {
    output += String(chunk);
    if (output.split('\n').length > 2) break;
  }
  child.kill('SIGKILL');
  await once(child, 'exit');
  const [upid = '', config = ''] = output.split('\n');
  expect(JSON.parse(config)).toMatchObject({ lock: expect.stringMatching(/^(clone|create)$/) });
  return upid;
}

function snapshot(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(folder.length + 1), readFileSync(path, 'latin1')];
    }),
  );
}
