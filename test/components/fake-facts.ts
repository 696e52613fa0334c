import type { Facts } from '../../src/facts/facts.ts';

export const GiB = 1024 ** 3;
export const now = Date.UTC(2025, 10, 20, 16, 2, 11);

const storage = (node: string, name: string, type: string, avail: number, shared = false) => ({
  node,
  storage: name,
  type,
  content: ['images', 'snippets'],
  shared,
  active: true,
  avail: avail * GiB,
  total: 2 * avail * GiB,
});

export const facts: Facts = {
  target: { kind: 'sandbox', label: 'sandbox', hasHost: true },
  version: { release: '9.2', version: '9.2.1' },
  access: { user: 'root@pam', root: true, privileges: {} },
  nodes: [
    { name: 'pve1', online: true, memory: { total: 64 * GiB, free: 38 * GiB }, cpus: 16 },
    { name: 'pve2', online: true, memory: { total: 64 * GiB, free: 51 * GiB }, cpus: 16 },
    { name: 'pve3', online: true, memory: { total: 32 * GiB, free: 22 * GiB }, cpus: 8 },
  ],
  storages: [
    storage('pve1', 'local-lvm', 'lvmthin', 412),
    storage('pve2', 'local-lvm', 'lvmthin', 380),
    storage('pve1', 'ceph', 'rbd', 1946, true),
    storage('pve1', 'local', 'dir', 61),
  ],
  bridges: [{ node: 'pve1', bridge: 'vmbr0', vlanAware: true, cidr: '192.168.1.2/24' }],
  guests: [],
  volumes: [],
  snippets: [],
  pools: [],
  macPrefix: 'BC:24:11',
  mappings: [],
  ha: { mode: 'rules', visible: true, resources: [], rules: [], groups: [] },
  seed: 'fake',
};
