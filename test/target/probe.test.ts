import { expect, test } from 'vitest';
import { TargetError } from '../../src/errors.ts';
import type { Host } from '../../src/hosts/host.ts';
import { mintTicket } from '../../src/pve/auth.ts';
import { probeNode } from '../../src/target/probe.ts';
import { strictServer } from '../pve/strict-server.ts';

type Said = { exitCode?: number; stdout?: string; stderr?: string };

/** A far side that answers as told. */
function host(commands: Readonly<Record<string, Said>>, files: Readonly<Record<string, string>> = {}): Host {
  return {
    node: 'ssh://pve1',
    run: async ([name = '']) => ({
      exitCode: 0,
      stdout: '',
      stderr: '',
      ...(commands[name] ?? { exitCode: 127 }),
    }),
    read: async (path) => (path in files ? Buffer.from(files[path]!) : undefined),
    write: () => expect.unreachable('probing writes nothing'),
    remove: () => expect.unreachable('probing removes nothing'),
  };
}

const NODE = { pveversion: { stdout: 'pve-manager/9.2.11/14a22df3' }, id: { stdout: '0\n' } };
const MEMBERS = JSON.stringify({
  nodename: 'pve1',
  version: 4,
  cluster: { name: 'lab', version: 3, nodes: 2, quorate: 1 },
  nodelist: { pve1: { id: 1, online: 1, ip: '192.0.2.11' }, pve2: { id: 2, online: 0, ip: '192.0.2.12' } },
});

test('a node of a cluster', async () => {
  const probe = await probeNode(
    host(NODE, { '/etc/pve/.members': MEMBERS, '/etc/pve/pve-root-ca.pem': 'PEM' }),
  );
  expect(probe.node).toBe('pve1');
  expect([...probe.addresses]).toEqual([
    ['pve1', '192.0.2.11'],
    ['pve2', '192.0.2.12'],
  ]);
  expect(probe.trust).toEqual({ servername: 'pve1', ca: 'PEM' });
});

test('a single node; a certificate of its own is pinned', async () => {
  const server = await strictServer(() => 'reset');
  await server.close();
  const files = {
    '/etc/pve/.members': '{"nodename": "pve", "version": 0}',
    '/etc/pve/local/pve-ssl.pem': 'not looked at',
    '/etc/pve/local/pveproxy-ssl.pem': server.certificate,
  };
  const probe = await probeNode(host(NODE, files));
  expect(probe.addresses.size).toBe(0);
  expect(probe.trust).toEqual({ servername: 'pve', fingerprint: server.fingerprint });
});

test.each<[string, Record<string, Said>, Record<string, string>, string]>([
  ['no Proxmox VE', { id: { stdout: '0' } }, {}, 'this is no Proxmox VE node'],
  ['not root', { ...NODE, id: { stdout: '1000' } }, { '/etc/pve/.members': MEMBERS }, 'this needs root'],
  ['no pmxcfs', NODE, {}, 'the cluster file system is not there'],
  ['odd pmxcfs', NODE, { '/etc/pve/.members': 'null' }, 'does not name this node'],
  ['odd json', NODE, { '/etc/pve/.members': '{' }, 'does not name this node'],
])('%s', async (_, commands, files, message) => {
  const error = (await probeNode(host(commands, files)).catch((reason: unknown) => reason)) as TargetError;
  expect(error).toBeInstanceOf(TargetError);
  expect(error.message).toContain(message);
  expect(error.where).toContain('ssh://pve1');
});

test('a ticket is made by one perl call, and never shown', async () => {
  const stdout = '{"ticket":"PVE:root@pam:65::sig","csrf":"65:abc"}';
  const ticket = await mintTicket(host({ perl: { stdout, stderr: 'auth key pair too old, rotating..\n' } }));
  expect(ticket.ticket.reveal()).toBe('PVE:root@pam:65::sig');
  expect(JSON.stringify(ticket)).toBe('{"ticket":"***","csrf":"***"}');
});

test.each<[string, Said, string | undefined]>([
  [
    'no module',
    { exitCode: 2, stderr: "Can't locate PVE/AccessControl.pm in @INC" },
    "Can't locate PVE/AccessControl.pm in @INC",
  ],
  [
    'no pmxcfs',
    { exitCode: 255, stderr: 'x\npve configuration filesystem (pmxcfs) not mounted\n' },
    'pve configuration filesystem (pmxcfs) not mounted',
  ],
  ['no sense', { stdout: 'hello' }, undefined],
])('a ticket that is not made: %s', async (_, said, why) => {
  const error = (await mintTicket(host({ perl: said })).catch((reason: unknown) => reason)) as TargetError;
  expect(error.message).toBe('the node made no ticket for root@pam');
  expect(error.why).toBe(why);
});
