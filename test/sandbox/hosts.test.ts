import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LAB } from '../../src/sandbox/seed/lab.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { Client, temporarySandbox } from './client.ts';
import { ONE_NODE } from './one-node.ts';

const CASES = join(import.meta.dirname, 'cases/host');
const RECORDED = join(import.meta.dirname, '../../../shared/pve/host');

interface Result {
  exitCode: number;
  stdout: string;
  stderr: string;
}

async function exec(
  sandbox: Sandbox,
  node: string,
  what: { argv: string[] } | { command: string },
  stdin = '',
): Promise<Result> {
  const client = new Client(sandbox, { 'X-Sandbox-Secret': sandbox.hostSecret });
  const body = Buffer.from(JSON.stringify({ ...what, stdin: Buffer.from(stdin).toString('base64') }));
  const headers = { 'Content-Type': 'application/json' };
  const answer = await client.send('POST', `/sandbox/host/${node}/exec`, { body, headers });
  client.close();
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.reason}`);
  const { exitCode, stdout, stderr } = answer.body.data as Result;
  const text = (base64: string) => Buffer.from(base64, 'base64').toString('utf8');
  return { exitCode, stdout: text(stdout), stderr: text(stderr) };
}

/** A session on disk: `$ node: command`, `< input`, then output, `! error`, `? exit code` where it is not 0. */
function readSession(text: string): { node: string; command: string; stdin: string; expected: Result }[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((step) => {
      const [head = '', ...lines] = step.replace(/\n$/, '').split('\n');
      const [, node = '', command = ''] = /^(\w+): (.*)$/.exec(head) ?? [];
      const marked = (mark: string) =>
        lines
          .filter((line) => line.startsWith(`${mark} `))
          .map((line) => `${line.slice(2)}\n`)
          .join('');
      const stdout = lines
        .filter((line) => !/^[<!?] /.test(line))
        .map((line) => `${line}\n`)
        .join('');
      return {
        node,
        command,
        stdin: marked('<'),
        expected: { exitCode: Number(marked('?') || 0), stdout, stderr: marked('!') },
      };
    });
}

describe('commands on the simulated hosts', () => {
  let sandbox: Sandbox;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ sandbox, remove } = await temporarySandbox());
  });
  afterAll(() => remove());

  it.each(readdirSync(CASES))('%s', async (name) => {
    for (const { node, command, stdin, expected } of readSession(readFileSync(join(CASES, name), 'utf8'))) {
      expect(await exec(sandbox, node, { command }, stdin), `${node}: ${command}`).toEqual(expected);
    }
  });

  it('mint a ticket that the API takes as the true root@pam', async () => {
    const argv = ['perl', '-MPVE::AccessControl', '-e', 'PVE::AccessControl::assemble_ticket($user)'];
    const { stdout } = await exec(sandbox, 'pve2', { argv });
    const { ticket, csrf } = JSON.parse(stdout) as { ticket: string; csrf: string };
    const client = new Client(sandbox, { Cookie: `PVEAuthCookie=${ticket}`, CSRFPreventionToken: csrf });
    expect((await client.run('POST', '/nodes/pve1/qemu', { vmid: 100, args: '-version' })).exitstatus).toBe(
      'OK',
    );
    client.close();
  });

  it('answer programs that read JSON', async () => {
    const links = JSON.parse((await exec(sandbox, 'pve1', { command: 'ip -j addr' })).stdout);
    expect(links).toContainEqual(
      expect.objectContaining({
        ifname: 'vmbr0',
        addr_info: [expect.objectContaining({ local: '192.168.1.11', prefixlen: 24 })],
      }),
    );
    const members = JSON.parse((await exec(sandbox, 'pve3', { command: 'cat /etc/pve/.members' })).stdout);
    expect(members).toMatchObject({
      nodename: 'pve3',
      nodelist: { pve1: { online: 1, ip: '192.168.1.11' } },
    });
    const version = await exec(sandbox, 'pve1', { command: 'pvesh get /version --output-format json' });
    expect(JSON.parse(version.stdout)).toEqual(LAB.version);
    const { stdout } = await exec(sandbox, 'pve1', { command: 'pveversion' });
    expect(
      stdout,
    ).toBe(`pve-manager/${LAB.version.version}/${LAB.version.repoid} (running kernel: 6.17.4-1-pve)
`);
  });

  it('are for root alone', async () => {
    const body = Buffer.from('{"command":"id"}');
    const headers = { 'Content-Type': 'application/json' };
    const sent = (client: Client) => client.send('POST', '/sandbox/host/pve1/exec', { body, headers });
    expect((await sent(new Client(sandbox))).status).toBe(401);
    expect((await sent(new Client(sandbox, { 'X-Sandbox-Secret': 'x'.repeat(48) }))).status).toBe(401);
    expect((await sent(await Client.root(sandbox))).status).toBe(200);
  });

  it('exist on the nodes of the cluster only', async () => {
    await expect(exec(sandbox, 'nowhere', { command: 'id' })).rejects.toThrow('hostname lookup');
  });
});

describe.skipIf(!existsSync(RECORDED))(
  'what a real node printed (skipped without ../shared/pve/host)',
  () => {
    let sandbox: Sandbox;
    let remove: () => Promise<void>;
    /** A recording without its first line, which is the command. */
    const recorded = (name: string) => readFileSync(join(RECORDED, name), 'utf8').replace(/^\$ .*\n/, '');
    const print = async (command: string) => {
      const { stdout, stderr } = await exec(sandbox, 'pve', { command });
      return stdout + stderr;
    };
    const columns = (text: string) => text.split('\n')[0]?.replace(/\s+/g, ' ').trim();

    beforeAll(async () => {
      ({ sandbox, remove } = await temporarySandbox({ seed: ONE_NODE }));
      const conf = recorded('conf-300.txt');
      await exec(sandbox, 'pve', { argv: ['tee', '/etc/pve/qemu-server/300.conf'] }, conf);
    });
    afterAll(() => remove());

    it('the configuration file is written as the real one writes it', async () => {
      const root = await Client.root(sandbox);
      // A change there and back makes the sandbox write the file itself.
      await root.data('PUT', '/nodes/pve/qemu/300/config', { onboot: 1 });
      await root.data('PUT', '/nodes/pve/qemu/300/config', { delete: 'onboot' });
      expect(await print('cat /etc/pve/qemu-server/300.conf')).toBe(recorded('conf-300.txt'));
      expect(await root.data('GET', '/nodes/pve/qemu/300/config')).toMatchObject({
        description: 'A guest\nproxwright: cluster=edge group=server index=1 uid=k3x spec=77aa',
      });
    });

    it.each([
      ['qm config 300', 'qm-config-300.txt'],
      ['qm config 999', 'qm-config-absent.txt'],
      ['pvesm path local:snippets/u.yaml', 'pvesm-path.txt'],
      ['pvecm status', 'pvecm-status.txt'],
    ])('%s', async (command, name) => {
      expect((await print(command)).trim()).toBe(recorded(name).trim());
    });

    it.each([
      ['qm list', 'qm-list.txt'],
      ['pvesm status', 'pvesm-status.txt'],
    ])('%s has the same columns', async (command, name) => {
      expect(columns(await print(command))).toBe(columns(recorded(name)));
    });

    it('qm list shows guest 300 alike', async () => {
      const line = (text: string) => text.split('\n').find((one) => one.includes(' 300 '));
      expect(line(await print('qm list'))).toBe(line(recorded('qm-list.txt')));
    });

    it('storage.cfg has the same sections', async () => {
      const shape = (text: string) => text.replace(/content .*/g, 'content').trimEnd();
      expect(shape(await print('cat /etc/pve/storage.cfg'))).toBe(shape(recorded('storage-cfg.txt')));
    });

    it('.vmlist and pvesh have the same form', async () => {
      const keys = (text: string) => Object.keys(JSON.parse(text).ids).sort();
      expect(keys(await print('cat /etc/pve/.vmlist'))).toEqual(keys(recorded('pve-vmlist.txt')));
      const storages = (text: string) => (JSON.parse(text) as object[]).map((one) => Object.keys(one).sort());
      expect(storages(await print('pvesh get /nodes/pve/storage --output-format json'))).toEqual(
        storages(recorded('pvesh-storage.txt')),
      );
    });
  },
);
