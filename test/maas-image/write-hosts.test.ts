import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCommand } from '../../src/maas-image/run-command.ts';
import { ASSETS, testEdges } from './edges.ts';

/** The script with its /etc/hosts and host name replaced, and an `ip` that says what the case has. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'write-hosts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const FRESH = '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost\n';

test('the address of vmbr0 comes behind localhost', async () => {
  const { hosts } = await run({
    name: 'node1.maas',
    hosts: FRESH,
    interfaces: { eno2: ['10.20.0.21'], vmbr0: ['10.10.0.21'] },
  });
  expect(hosts).toBe('127.0.0.1\tlocalhost\n10.10.0.21 node1.maas node1\n::1\tlocalhost ip6-localhost\n');
});

test('127.0.1.1, as cloud-init may have it, goes away', async () => {
  const given = `127.0.1.1 node1.maas node1\n${FRESH}`;
  const { hosts } = await run({ name: 'node1', hosts: given, interfaces: { vmbr0: ['10.10.0.21'] } });
  expect(hosts).toBe('127.0.0.1\tlocalhost\n10.10.0.21 node1\n::1\tlocalhost ip6-localhost\n');
});

test('what an administrator wrote stays', async () => {
  const given = `${FRESH}10.99.0.1 node1 # mine\n`;
  const { hosts } = await run({ name: 'node1', hosts: given, interfaces: { vmbr0: ['10.10.0.21'] } });
  expect(hosts).toBe(given);
});

test('IPv6 alone', async () => {
  const { hosts } = await run({ name: 'node1', hosts: FRESH, interfaces: { vmbr0: ['2001:db8::21'] } });
  expect(hosts).toContain('2001:db8::21 node1\n');
});

test('no address: a failure that is seen, and the file as it was', async () => {
  const { exitCode, hosts, stderr } = await run({ name: 'node1', hosts: FRESH, interfaces: {} });
  expect({ exitCode, hosts }).toEqual({ exitCode: 1, hosts: FRESH });
  expect(stderr).toContain('no interface has an address');
});

interface Given {
  name: string;
  hosts: string;
  interfaces: Record<string, string[]>;
}

async function run({ name, hosts, interfaces }: Given) {
  const file = join(folder, 'hosts');
  writeFileSync(file, hosts);
  const told = Object.entries(interfaces).map(([ifname, addresses]) => ({
    ifname,
    addr_info: addresses.map((local) => ({ local, family: local.includes(':') ? 'inet6' : 'inet' })),
  }));
  // As `ip` leaves them with a filter: an empty object for what does not match.
  writeFileSync(join(folder, 'ip'), `#!/bin/sh\ncat <<'JSON'\n${JSON.stringify([{}, ...told])}\nJSON\n`);
  chmodSync(join(folder, 'ip'), 0o755);
  const script = readFileSync(join(ASSETS, 'files/usr/lib/proxwright/write-hosts'), 'utf8')
    .replace('HOSTS = "/etc/hosts"', `HOSTS = ${JSON.stringify(file)}`)
    .replaceAll('socket.gethostname()', JSON.stringify(name));
  const outcome = await runCommand(testEdges(), ['python3', '-'], {
    input: script,
    env: { PATH: `${folder}:${process.env.PATH}` },
  });
  return { ...outcome, hosts: readFileSync(file, 'utf8') };
}
