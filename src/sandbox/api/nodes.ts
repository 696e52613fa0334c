import { hostPath, writeHostFile } from '../host/paths.ts';
import { fail } from '../refusal.ts';
import { formatted, NODE, oneOf, required, text } from '../schema/parameter.ts';
import { readText } from '../state/files.ts';
import { sha1 } from '../state/section-config.ts';
import { nodeFigures, upSeconds } from './cluster-resources.ts';
import { MACHINES, SERVICES } from './node-facts.ts';
import { ALL, onNode, onRoot } from './permission.ts';
import type { Call, Route } from './route.ts';

const AUDIT = onNode('Sys.Audit');
const SERVICE = required(oneOf(SERVICES));
const ARCH = oneOf(['x86_64', 'aarch64']);

export const nodeRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/version',
    permission: ALL,
    parameters: {},
    handle: ({ world }) => world.nodes.facts.version,
  },
  {
    method: 'GET',
    path: '/nodes',
    permission: ALL,
    parameters: {},
    handle: ({ world }) =>
      world.nodes.facts.nodes.map((node) => ({
        ...nodeFigures(world, node),
        ssl_fingerprint: world.fingerprint,
      })),
  },
  {
    method: 'GET',
    path: '/nodes/{node}/status',
    permission: AUDIT,
    proxied: true,
    parameters: { node: NODE },
    handle: status,
  },
  {
    method: 'GET',
    path: '/nodes/{node}/version',
    permission: ALL,
    proxied: true,
    parameters: { node: NODE },
    handle: ({ world }) => world.nodes.facts.version,
  },
  {
    method: 'GET',
    path: '/nodes/{node}/time',
    permission: AUDIT,
    proxied: true,
    parameters: { node: NODE },
    handle: ({ world }) => {
      const time = world.pace.seconds();
      return { time, localtime: time, timezone: 'Etc/UTC' };
    },
  },
  {
    method: 'GET',
    path: '/nodes/{node}/dns',
    permission: AUDIT,
    proxied: true,
    parameters: { node: NODE },
    handle: dns,
  },
  {
    method: 'PUT',
    path: '/nodes/{node}/dns',
    permission: onNode('Sys.Modify'),
    proxied: true,
    parameters: {
      node: NODE,
      dns1: formatted('ip'),
      dns2: formatted('ip'),
      dns3: formatted('ip'),
      search: required(text()),
    },
    handle: ({ world, node, given }) => {
      const servers = ['dns1', 'dns2', 'dns3'].flatMap((name) => given.text(name) ?? []);
      const lines = servers.map((server) => `nameserver ${server}\n`).join('');
      writeHostFile(world, node, {
        path: '/etc/resolv.conf',
        data: `search ${given.need('search')}\n${lines}`,
      });
      return null;
    },
  },
  {
    method: 'GET',
    path: '/nodes/{node}/hosts',
    permission: onRoot('Sys.Audit'),
    proxied: true,
    parameters: { node: NODE },
    handle: (call) => {
      const data = hostsOf(call);
      return { data, digest: sha1(data) };
    },
  },
  {
    method: 'POST',
    path: '/nodes/{node}/hosts',
    permission: onNode('Sys.Modify'),
    proxied: true,
    parameters: { node: NODE, data: required(text()), digest: text({ maxLength: 64 }) },
    handle: (call) => {
      const { world, node, given } = call;
      const digest = given.text('digest');
      if (digest !== undefined && digest !== sha1(hostsOf(call))) {
        throw fail('detected modified configuration - file changed by other user? Try again.');
      }
      writeHostFile(world, node, { path: '/etc/hosts', data: given.need('data') });
      return null;
    },
  },
  {
    method: 'GET',
    path: '/nodes/{node}/services',
    permission: AUDIT,
    proxied: true,
    parameters: { node: NODE },
    handle: () => SERVICES.map(serviceState),
  },
  {
    method: 'GET',
    path: '/nodes/{node}/services/{service}',
    permission: AUDIT,
    parameters: { node: NODE, service: SERVICE },
    handle: () => ['state', 'start', 'stop', 'restart', 'reload'].map((subdir) => ({ subdir })),
  },
  {
    method: 'GET',
    path: '/nodes/{node}/services/{service}/state',
    permission: AUDIT,
    proxied: true,
    parameters: { node: NODE, service: SERVICE },
    handle: ({ given }) => serviceState(given.need('service')),
  },
  {
    method: 'GET',
    path: '/nodes/{node}/capabilities/qemu/machines',
    permission: ALL,
    proxied: true,
    parameters: { node: NODE, arch: ARCH },
    handle: () => MACHINES,
  },
  {
    method: 'GET',
    path: '/nodes/{node}/capabilities/qemu/cpu',
    permission: ALL,
    parameters: { node: NODE, arch: ARCH },
    handle: () =>
      [
        'host',
        'kvm64',
        'max',
        'qemu64',
        'x86-64-v2',
        'x86-64-v2-AES',
        'x86-64-v3',
        'x86-64-v4',
        'EPYC-Milan',
      ].map((name) => ({
        custom: 0,
        name,
        vendor: name.startsWith('EPYC') ? 'AuthenticAMD' : 'default',
      })),
  },
  // Containers are beyond this sandbox; the list is there since everybody reads it.
  {
    method: 'GET',
    path: '/nodes/{node}/lxc',
    permission: ALL,
    proxied: true,
    parameters: { node: NODE },
    handle: () => [],
  },
];

function status({ world, node: name }: Call) {
  const node = world.nodes.get(name);
  const used = node.memoryUsed + world.running.memoryOn(name);
  const root = world.storages.capacity('local');
  const version = `#1 SMP PREEMPT_DYNAMIC PMX ${node.kernel}`;
  return {
    uptime: upSeconds(world),
    cpu: 0.0123456789,
    wait: 0,
    idle: 0,
    loadavg: ['0.15', '0.11', '0.07'],
    kversion: `Linux ${node.kernel} ${version}`,
    'current-kernel': { sysname: 'Linux', release: node.kernel, version, machine: 'x86_64' },
    'boot-info': { mode: 'legacy-bios' },
    pveversion: `pve-manager/${world.nodes.facts.version.version}/${world.nodes.facts.version.repoid}`,
    cpuinfo: {
      cores: node.cpus,
      cpus: node.cpus,
      family: '25',
      flags: 'fpu vme de pse tsc msr pae mce cx8 apic sep lm svm aes avx avx2',
      hvm: '1',
      mhz: '2994.375',
      model: node.cpuModel,
      sockets: 1,
      user_hz: 100,
      vendor: 'AuthenticAMD',
    },
    memory: { total: node.memory, used, free: node.memory - used, available: node.memory - used },
    rootfs: {
      total: root.total,
      used: root.used,
      free: root.total - root.used,
      avail: root.total - root.used - root.reserved,
    },
    swap: { total: 0, used: 0, free: 0 },
    ksm: { shared: 0 },
  };
}

function dns({ world, node }: Call) {
  const text = readText(hostPath(world, node, '/etc/resolv.conf')) ?? '';
  const servers = [...text.matchAll(/^nameserver\s+(\S+)/gm)].map((match) => match[1] ?? '');
  const search = /^search\s+(\S+)/m.exec(text)?.[1];
  const named = Object.fromEntries(servers.slice(0, 3).map((server, index) => [`dns${index + 1}`, server]));
  return { ...named, ...(search === undefined ? {} : { search }) };
}

function hostsOf({ world, node }: Call): string {
  return readText(hostPath(world, node, '/etc/hosts')) ?? '';
}

function serviceState(name: string) {
  return {
    service: name,
    name,
    desc: name,
    state: 'running',
    'active-state': 'active',
    'unit-state': 'enabled',
  };
}
