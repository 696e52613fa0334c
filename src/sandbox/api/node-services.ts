import { NODE, oneOf, required } from '../schema/parameter.ts';
import { MACHINES, SERVICES } from './node-facts.ts';
import { ALL, onNode } from './permission.ts';
import type { Call, Route } from './route.ts';

const AUDIT = onNode('Sys.Audit');

const SERVICE = required(oneOf(SERVICES));

const ARCH = oneOf(['x86_64', 'aarch64']);

export const serviceRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/nodes/{node}/services',
    permission: AUDIT,
    proxied: true,
    parameters: { node: NODE },
    handle: (call) => SERVICES.map((name) => serviceState(call, name)),
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
    handle: (call) => serviceState(call, call.given.need('service')),
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
];

function serviceState({ world, node }: Call, name: string) {
  const changed = world.conditions.node(node).units?.[`${name}.service`];
  const active = changed?.active ?? 'active';
  return {
    service: name,
    name,
    desc: name,
    state: active === 'active' ? 'running' : 'dead',
    'active-state': active,
    'unit-state': changed?.enabled ?? 'enabled',
  };
}
