import { SANDBOX_REPOID } from '../repoid.ts';
import type { Seed, SeedNode } from './shape.ts';

const GiB = 1024 ** 3;

const labNode = (name: string, last: number, memory: number): SeedNode => ({
  name,
  bridges: [
    { name: 'vmbr0', ports: 'eno1', address: `192.168.1.${last}/24`, vlanAware: true },
    { name: 'vmbr1', ports: 'eno2', vlanAware: false },
  ],
  gateway: '192.168.1.1',
  dns: '192.168.1.1',
  domain: 'lab.example',
  search: true,
  cpus: 16,
  cpuModel: 'AMD EPYC 7313P 16-Core Processor',
  kernel: '6.17.4-1-pve',
  memory: memory * GiB,
  memoryUsed: 2 * GiB,
});

/** Three nodes, one of them small, with one storage of each kind that people have. */
export const LAB: Seed = {
  cluster: 'lab',
  // A real node names the commit it was built from here: whoever looks shall see what this is.
  version: { release: '9.2', version: '9.2.11', repoid: SANDBOX_REPOID },
  nodes: [labNode('pve1', 11, 64), labNode('pve2', 12, 64), labNode('pve3', 13, 8)],
  password: 'sandbox',
  storages: [
    {
      id: 'local',
      type: 'dir',
      // As the installer since 9.0.7 writes it: `import`, no `snippets`.
      values: { path: '/var/lib/vz', content: 'iso,vztmpl,backup,import' },
      total: 94 * GiB,
      used: 4 * GiB,
      reserved: 5 * GiB,
    },
    {
      id: 'local-lvm',
      type: 'lvmthin',
      values: { thinpool: 'data', vgname: 'pve', content: 'rootdir,images' },
      total: 794 * GiB,
      used: 0,
    },
    {
      id: 'ceph',
      type: 'rbd',
      values: { content: 'images,rootdir', krbd: '0', pool: 'ceph' },
      total: 3 * 1024 * GiB,
      used: 120 * GiB,
    },
    {
      id: 'shared',
      type: 'nfs',
      values: {
        export: '/srv/pve',
        path: '/mnt/pve/shared',
        server: '192.168.1.5',
        content: 'images,iso,vztmpl,backup,snippets,import',
      },
      total: 4 * 1024 * GiB,
      used: 700 * GiB,
    },
  ],
};
