import { NODE, type Parameters, VMID } from '../schema/parameter.ts';
import { ALL, onRoot } from './permission.ts';
import type { Permission, Route } from './route.ts';

interface Index {
  readonly path: string;
  /** What each entry calls its name. */
  readonly key: 'name' | 'subdir';
  readonly names: string;
  readonly permission?: Permission;
  readonly parameters?: Parameters;
  readonly proxied?: true;
}

/** The folders of the API tree, with the names that the real ones list and the sandbox has. */
const INDEXES: readonly Index[] = [
  { path: '/', key: 'subdir', names: 'version cluster nodes storage access pools' },
  { path: '/access', key: 'subdir', names: 'users groups roles acl domains ticket password permissions' },
  { path: '/cluster', key: 'name', names: 'config ha mapping nextid options resources status tasks' },
  {
    path: '/cluster/ha',
    key: 'subdir',
    names: 'resources groups rules status',
    permission: onRoot('Sys.Audit'),
  },
  { path: '/cluster/mapping', key: 'name', names: 'dir' },
  {
    path: '/nodes/{node}',
    key: 'name',
    names:
      'capabilities dns hosts lxc network qemu query-url-metadata services status storage tasks time version',
    parameters: { node: NODE },
  },
  {
    path: '/nodes/{node}/capabilities',
    key: 'name',
    names: 'qemu',
    parameters: { node: NODE },
    proxied: true,
  },
  {
    path: '/nodes/{node}/capabilities/qemu',
    key: 'name',
    names: 'cpu machines',
    parameters: { node: NODE },
    proxied: true,
  },
  {
    path: '/nodes/{node}/qemu/{vmid}',
    key: 'subdir',
    names: 'config pending status clone resize template agent cloudinit',
    parameters: { node: NODE, vmid: VMID },
    proxied: true,
  },
  {
    path: '/nodes/{node}/qemu/{vmid}/status',
    key: 'subdir',
    names: 'current start stop reset shutdown reboot',
    parameters: { node: NODE, vmid: VMID },
    proxied: true,
  },
];

export const indexRoutes: readonly Route[] = INDEXES.map((index) => ({
  method: 'GET',
  path: index.path,
  permission: index.permission ?? ALL,
  parameters: index.parameters ?? {},
  ...(index.proxied ? { proxied: true as const } : {}),
  handle: () => index.names.split(' ').map((name) => ({ [index.key]: name })),
}));
