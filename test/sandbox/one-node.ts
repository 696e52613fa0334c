import type { Seed } from '../../src/sandbox/seed/shape.ts';

const GiB = 1024 ** 3;
const MiB = 1024 ** 2;
const GUEST = {
  agent: 'enabled=1',
  boot: 'order=scsi0',
  cores: '1',
  memory: '512',
  ostype: 'l26',
  scsihw: 'virtio-scsi-single',
  serial0: 'socket',
  template: '1',
};
const image = (name: string, virtualSize: number, fileSize: number) => ({
  node: 'pve',
  path: `/var/lib/vz/import/${name}`,
  image: { format: 'qcow2' as const, virtualSize, fileSize },
});

/** The cluster on which ../shared/pve/exchanges.json was recorded. */
export const ONE_NODE: Seed = {
  cluster: 'pve',
  version: { release: '9.2', version: '9.2.11', repoid: '14a22df3' },
  password: 'sandbox',
  nodes: [
    {
      name: 'pve',
      bridges: [{ name: 'vmbr0', ports: 'eth0', address: '192.0.2.2/24', vlanAware: false }],
      gateway: '192.0.2.1',
      dns: '10.255.255.53',
      cpus: 2,
      cpuModel: 'AMD EPYC',
      kernel: '6.18.44-fc-v657',
      domain: 'example.invalid',
      memory: 25_276_510_208,
      memoryUsed: 1_256_275_968,
    },
  ],
  storages: [
    {
      id: 'local',
      type: 'dir',
      values: {
        path: '/var/lib/vz',
        content: 'iso,import,images,snippets,backup,rootdir,vztmpl',
        'prune-backups': 'keep-all=1',
      },
      total: 252 * GiB,
      used: 43 * GiB,
      reserved: 150 * GiB,
    },
    {
      id: 'vmstore',
      type: 'dir',
      values: { path: '/var/lib/vmstore', content: 'rootdir,images' },
      total: 252 * GiB,
      used: 43 * GiB,
      reserved: 150 * GiB,
    },
  ],
  guests: [
    {
      vmid: 100,
      node: 'pve',
      used: 8_654_848,
      config: {
        ...GUEST,
        name: 'tmpl',
        net0: 'virtio=BC:24:11:F5:C8:D2,bridge=vmbr0',
        scsi0: 'local:100/base-100-disk-0.qcow2,discard=on,iothread=1,size=256M',
        ide2: 'local:100/vm-100-cloudinit.qcow2,media=cdrom',
        meta: 'creation-qemu=10.2.2,ctime=1795209247',
        smbios1: 'uuid=de3714af-6e61-4045-8414-a45c4a6ad24e',
        vmgenid: '256c375a-029e-4ed5-995d-ba6287ba0d3a',
      },
    },
    {
      vmid: 101,
      node: 'pve',
      used: 17_309_696,
      config: {
        ...GUEST,
        name: 'microguest',
        net0: 'virtio=BC:24:11:F5:C8:D3,bridge=vmbr0',
        scsi0: 'local:101/base-101-disk-0.qcow2,discard=on,iothread=1,size=96M',
        ide2: 'local:101/vm-101-cloudinit.qcow2,media=cdrom',
        meta: 'creation-qemu=10.2.2,ctime=1795209249',
        smbios1: 'uuid=de3714af-6e61-4045-8414-a45c4a6ad24f',
        vmgenid: '256c375a-029e-4ed5-995d-ba6287ba0d3b',
      },
    },
    {
      vmid: 200,
      node: 'pve',
      config: { name: 'plain', cores: '2', memory: '1024', meta: 'creation-qemu=10.2.2,ctime=1795209250' },
    },
  ],
  files: [
    image('dl.qcow2', 256 * MiB, 8_716_288),
    image('microguest.qcow2', 96 * MiB, 16_893_440),
    image('small.qcow2', 256 * MiB, 8_716_288),
    image('up.qcow2', 256 * MiB, 8_716_288),
    { node: 'pve', path: '/var/lib/vz/template/iso/up.img', text: 'x'.repeat(1000) },
    {
      node: 'pve',
      path: '/var/lib/vz/snippets/hook.sh',
      text: '#!/bin/sh\necho hooked "$1" "$2"\n\n',
      mode: 0o755,
    },
    { node: 'pve', path: '/var/lib/vz/snippets/u.yaml', text: '#cloud-config\n' },
    { node: 'pve', path: '/srv/share/readme', text: 'shared\n' },
  ],
  pools: [{ poolid: 'pp', comment: 'c' }],
  mappings: [{ id: 'share0', map: ['node=pve,path=/srv/share'] }],
  roles: { Tst: ['VM.Allocate', 'VM.Audit'] },
  users: [{ userid: 'tst@pve', password: 'test-password' }],
  tokens: [
    { userid: 'root@pam', tokenid: 't1', secret: '11111111-1111-4111-8111-111111111111', privsep: false },
    { userid: 'root@pam', tokenid: 't2', secret: '22222222-2222-4222-8222-222222222222', privsep: true },
  ],
  acl: [{ path: '/vms', ugid: 'tst@pve', type: 'user', role: 'PVEVMAdmin' }],
};
