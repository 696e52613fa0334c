import { NODE } from '../schema/parameter.ts';
import { nodeFigures, upSeconds } from './cluster-resources.ts';
import { ALL, onNode } from './permission.ts';
import type { Call, Route } from './route.ts';

const AUDIT = onNode('Sys.Audit');

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
