import { interfaces, needAgent } from '../guest/agent.ts';
import { readFileInGuest } from '../guest/agent-file.ts';
import { fail } from '../refusal.ts';
import { boolean, integer, NODE, oneOf, required, text, VMID } from '../schema/parameter.ts';
import { ALL, anyOf } from './permission.ts';
import type { Call, Method, Route } from './route.ts';

const GUEST = { node: NODE, vmid: VMID };
const AUDIT = { check: anyOf('/vms/{vmid}', 'VM.GuestAgent.Audit', 'VM.GuestAgent.Unrestricted') };

type Answer = (call: Call) => unknown;

/** What the agent of a small Debian says. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  ping: () => ({}),
  'network-get-interfaces': ({ world, vmid, node }) => interfaces(world, vmid, node),
  'get-osinfo': () => ({
    'kernel-release': '6.12.107+deb13-cloud-amd64',
    'kernel-version': '#1 SMP PREEMPT_DYNAMIC Debian 6.12.107-1 (2026-08-29)',
    machine: 'x86_64',
  }),
  'get-host-name': ({ world, vmid, node }) => ({
    'host-name': world.guests.read(vmid, node).values.name ?? `VM${vmid}`,
  }),
  'get-time': ({ world }) => world.pace.clock.now() * 1_000_000,
  'get-timezone': () => ({ zone: 'UTC', offset: 0 }),
  'get-users': () => [],
  info: () => ({
    version: '9.2.2',
    supported_commands: Object.keys(ANSWERS).map((name) => ({
      name,
      enabled: true,
      'success-response': true,
    })),
  }),
};

/** 16 MiB, the most that a guest agent gives at once. */
const MOST_READ = 16_777_216;

const COMMANDS = [
  'fsfreeze-freeze',
  'fsfreeze-status',
  'fsfreeze-thaw',
  'fstrim',
  'get-fsinfo',
  'get-host-name',
  'get-memory-block-info',
  'get-memory-blocks',
  'get-osinfo',
  'get-time',
  'get-timezone',
  'get-users',
  'get-vcpus',
  'info',
  'network-get-interfaces',
  'ping',
  'shutdown',
  'suspend-disk',
  'suspend-hybrid',
  'suspend-ram',
];

const command = (method: Method, name: string): Route => ({
  method,
  path: `/nodes/{node}/qemu/{vmid}/agent/${name}`,
  permission: AUDIT,
  proxied: true,
  parameters: GUEST,
  handle: (call) => run(call, name),
});

export const agentRoutes: readonly Route[] = [
  ...Object.keys(ANSWERS).map((name) => command(name === 'ping' ? 'POST' : 'GET', name)),
  {
    method: 'GET',
    path: '/nodes/{node}/qemu/{vmid}/agent',
    permission: ALL,
    proxied: true,
    parameters: GUEST,
    handle: () => COMMANDS.map((name) => ({ name })),
  },
  {
    method: 'POST',
    path: '/nodes/{node}/qemu/{vmid}/agent',
    permission: { check: anyOf('/vms/{vmid}', 'VM.GuestAgent.Unrestricted', 'VM.GuestAgent.Unrestricted') },
    proxied: true,
    parameters: { ...GUEST, command: required(oneOf(COMMANDS)) },
    handle: (call) => run(call, call.given.need('command')),
  },
  {
    method: 'GET',
    path: '/nodes/{node}/qemu/{vmid}/agent/file-read',
    permission: { check: anyOf('/vms/{vmid}', 'VM.GuestAgent.FileRead', 'VM.GuestAgent.Unrestricted') },
    proxied: true,
    parameters: {
      ...GUEST,
      file: required(text()),
      count: integer({ minimum: 1, maximum: MOST_READ }),
      decode: boolean(),
      offset: integer({ minimum: 0 }),
    },
    handle: readFile,
  },
];

async function readFile({ world, vmid, node, given }: Call) {
  await needAgent(world, vmid, node);
  return readFileInGuest(world, { vmid, node, file: given.need('file') });
}

async function run(call: Call, name: string) {
  await needAgent(call.world, call.vmid, call.node);
  const answer = ANSWERS[name];
  if (!answer) throw fail(`the sandbox's guests do not know the agent command '${name}'`);
  return { result: answer(call) };
}
