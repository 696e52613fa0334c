import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { tool } from './environment.ts';

/** The sandbox speaks to clients that we did not write: curl, and Ansible's module over proxmoxer. */
const run = promisify(execFile);
const curl = tool('curl', 'curl');
const ansible = tool('ansible', 'ansible and python3-proxmoxer');

let folder: string;
let sandbox: Sandbox;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'proxwright-clients-'));
  sandbox = await startSandbox({ stateDir: path.join(folder, 'sandbox'), speed: 50 });
});

afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

async function call(method: string, apiPath: string, more: readonly string[] = []) {
  const { stdout } = await run('curl', [
    '-sS',
    '-k',
    ...['-X', method],
    ...['-w', '\n%{http_code}'],
    ...more,
    `${sandbox.url}/api2/json${apiPath}`,
  ]);
  const at = stdout.lastIndexOf('\n');
  return { status: Number(stdout.slice(at + 1)), body: stdout.slice(0, at) };
}

describe.skipIf(curl.missing)(`curl${curl.name}`, () => {
  let login: readonly string[];

  const data = (apiPath: string) => call('GET', apiPath, login).then(({ body }) => JSON.parse(body).data);
  const fields = (params: Record<string, string | number>) =>
    Object.entries(params).flatMap(([key, value]) => ['--data-urlencode', `${key}=${value}`]);
  const ended = async (upid: string): Promise<string> => {
    const status = await data(`/nodes/pve1/tasks/${encodeURIComponent(upid)}/status`);
    return status.status === 'stopped' ? status.exitstatus : ended(upid);
  };

  test('logs in', async () => {
    const { status, body } = await call(
      'POST',
      '/access/ticket',
      fields({ username: 'root@pam', password: 'sandbox' }),
    );
    expect(status).toBe(200);
    const { ticket, CSRFPreventionToken } = JSON.parse(body).data;
    login = ['-b', `PVEAuthCookie=${ticket}`, '-H', `CSRFPreventionToken: ${CSRFPreventionToken}`];
    expect((await call('GET', '/version')).status).toBe(401);
    expect((await data('/version')).version).toMatch(/^9\./);
  });

  test('makes a template, clones it, configures and starts the clone', async () => {
    const post = async (apiPath: string, params: Record<string, string | number> = {}) =>
      JSON.parse((await call('POST', apiPath, [...login, ...fields(params)])).body).data;
    expect(
      await ended(
        await post('/nodes/pve1/qemu', { vmid: 800, name: 'golden', scsi0: 'local-lvm:4', memory: 512 }),
      ),
    ).toBe('OK');
    expect(await ended(await post('/nodes/pve1/qemu/800/template'))).toBe('OK');
    expect(await ended(await post('/nodes/pve1/qemu/800/clone', { newid: 801, name: 'one' }))).toBe('OK');
    const put = await call('PUT', '/nodes/pve1/qemu/801/config', [
      ...login,
      ...fields({ cores: 3, net0: 'virtio,bridge=vmbr0' }),
    ]);
    expect(put.status).toBe(200);
    expect(await ended(await post('/nodes/pve1/qemu/801/status/start'))).toBe('OK');
    expect(await data('/nodes/pve1/qemu/801/config')).toMatchObject({ name: 'one', cores: 3 });
    expect(await data('/nodes/pve1/qemu/801/status/current')).toMatchObject({ status: 'running' });
  });

  test('is told what is wrong with a parameter', async () => {
    const { status, body } = await call('PUT', '/nodes/pve1/qemu/801/config', [
      ...login,
      ...fields({ cores: 'many' }),
    ]);
    expect(status).toBe(400);
    expect(JSON.parse(body).errors.cores).toBeTruthy();
  });
});

describe.skipIf(ansible.missing)(`Ansible${ansible.name}`, () => {
  test('community.general.proxmox_kvm clones and configures a guest, and sees that nothing is left to do', async () => {
    const login = {
      api_host: `127.0.0.1:${sandbox.port}`,
      api_user: 'root@pam',
      api_password: 'sandbox',
      validate_certs: false,
      node: 'pve1',
    };
    const kvm = (name: string, module: object) => ({
      name,
      'community.general.proxmox_kvm': { ...login, ...module },
    });
    const playbook = [
      {
        hosts: 'localhost',
        connection: 'local',
        gather_facts: false,
        tasks: [
          kvm('a guest', {
            vmid: 810,
            name: 'base',
            scsi: { scsi0: 'local-lvm:4' },
            memory: 512,
            state: 'present',
          }),
          kvm('a clone of it', {
            clone: 'base',
            vmid: 810,
            newid: 811,
            name: 'copy',
            full: true,
            storage: 'local-lvm',
            timeout: 60,
          }),
          kvm('its options', { vmid: 811, name: 'copy', cores: 4, memory: 1024, update: true }),
          kvm('running', { vmid: 811, state: 'started', timeout: 60 }),
          kvm('running already', { vmid: 811, state: 'started', timeout: 60 }),
        ],
      },
    ];
    const file = path.join(folder, 'playbook.json');
    writeFileSync(file, JSON.stringify(playbook));
    const { stdout } = await run('ansible-playbook', ['-i', 'localhost,', file], {
      env: {
        PATH: process.env.PATH ?? '',
        HOME: folder,
        LANG: 'C.UTF-8',
        ANSIBLE_STDOUT_CALLBACK: 'json',
        ANSIBLE_LOCALHOST_WARNING: 'false',
        // Debian's Python has proxmoxer; one that stands earlier on PATH may not.
        ANSIBLE_PYTHON_INTERPRETER: '/usr/bin/python3',
        PYTHONWARNINGS: 'ignore',
      },
    }).catch((error: { stdout?: string }) => {
      throw new Error(String(error.stdout ?? error));
    });
    const tasks = JSON.parse(stdout.slice(stdout.indexOf('{'))).plays[0].tasks as {
      task: { name: string };
      hosts: Record<string, { changed: boolean; failed?: boolean; msg?: string }>;
    }[];
    const results = tasks.map(({ task, hosts }) => [task.name, hosts.localhost?.changed]);
    expect(results).toEqual([
      ['a guest', true],
      ['a clone of it', true],
      ['its options', true],
      ['running', true],
      ['running already', false],
    ]);
  }, 120_000);
});
