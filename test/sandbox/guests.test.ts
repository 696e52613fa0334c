import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LAB } from '../../src/sandbox/seed/lab.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { Client, temporarySandbox } from './client.ts';

const IGNITION = JSON.stringify({
  ignition: { version: '3.4.0' },
  storage: {
    files: [
      {
        path: '/etc/systemd/network/10.network',
        contents: { source: 'data:,%5BNetwork%5D%0AAddress%3D10.4.5.6%2F24%0A' },
      },
    ],
  },
});

let sandbox: Sandbox;
let client: Client;
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ sandbox, remove } = await temporarySandbox({
    speed: 100,
    seed: { ...LAB, files: [{ node: 'pve1', path: '/var/lib/vz/snippets/300.ign', text: IGNITION }] },
  }));
  client = await Client.root(sandbox);
});
afterAll(() => remove());

const make = async (vmid: number, params: Record<string, unknown> = {}, node = 'pve1') => {
  const task = await client.run('POST', `/nodes/${node}/qemu`, { vmid, ...params });
  expect(task.exitstatus).toBe('OK');
};
const config = (vmid: number, node = 'pve1') =>
  client.data<Record<string, unknown>>('GET', `/nodes/${node}/qemu/${vmid}/config`);
const change = (vmid: number, params: Record<string, unknown>) =>
  client.data('PUT', `/nodes/pve1/qemu/${vmid}/config`, params);
const start = (vmid: number, node = 'pve1') => client.run('POST', `/nodes/${node}/qemu/${vmid}/status/start`);
const available = async (storage: string) =>
  (await client.data<{ avail: number }>('GET', `/nodes/pve1/storage/${storage}/status`)).avail;

describe('disks', () => {
  it('are named after their storage', async () => {
    await make(100, {
      scsi0: 'local-lvm:8',
      scsi1: 'ceph:4',
      scsi2: 'shared:2,format=qcow2',
      efidisk0: 'local-lvm:1,efitype=4m',
    });
    expect(await config(100)).toMatchObject({
      scsi0: 'local-lvm:vm-100-disk-1,size=8G',
      scsi1: 'ceph:vm-100-disk-0,size=4G',
      scsi2: 'shared:100/vm-100-disk-0.qcow2,size=2G',
      efidisk0: 'local-lvm:vm-100-disk-0,efitype=4m,size=4M',
    });
  });

  it('of a template become bases, and linked clones stand on them', async () => {
    await make(110, { scsi0: 'local-lvm:8', ide2: 'local-lvm:cloudinit', net0: 'virtio,bridge=vmbr0' });
    expect((await client.run('POST', '/nodes/pve1/qemu/110/template')).exitstatus).toBe('OK');
    expect(await config(110)).toMatchObject({ template: 1, scsi0: 'local-lvm:base-110-disk-0,size=8G' });
    expect((await client.run('POST', '/nodes/pve1/qemu/110/clone', { newid: 111 })).exitstatus).toBe('OK');
    const clone = await config(111);
    expect(clone).toMatchObject({
      name: 'Copy-of-VM-110',
      scsi0: 'local-lvm:base-110-disk-0/vm-111-disk-0,size=8G',
      ide2: 'local-lvm:vm-111-cloudinit,media=cdrom,size=4M',
    });
    expect(clone.net0).not.toBe((await config(110)).net0);
    expect(clone.template).toBeUndefined();
    const refused = await client.send('POST', '/nodes/pve1/qemu/110/clone', {
      params: { newid: 112, target: 'pve2' },
    });
    expect(refused.reason).toBe("can't clone VM to node 'pve2' (VM uses local storage)");
  });

  it('on shared storage are cloned to other nodes', async () => {
    await make(120, { scsi0: 'ceph:8' });
    await client.run('POST', '/nodes/pve1/qemu/120/template');
    expect(
      (await client.run('POST', '/nodes/pve1/qemu/120/clone', { newid: 121, target: 'pve2' })).exitstatus,
    ).toBe('OK');
    expect(await config(121, 'pve2')).toMatchObject({ scsi0: 'ceph:base-120-disk-0/vm-121-disk-0,size=8G' });
    expect((await client.run('DELETE', '/nodes/pve1/qemu/120')).exitstatus).toMatch(
      /still in use by linked cloned$/,
    );
  });

  it('stay as unused when their slot is taken or deleted', async () => {
    await make(130, { scsi0: 'local-lvm:1' });
    await change(130, { scsi0: 'local-lvm:2' });
    expect(await config(130)).toMatchObject({
      scsi0: 'local-lvm:vm-130-disk-1,size=2G',
      unused0: 'local-lvm:vm-130-disk-0',
    });
    await change(130, { delete: 'scsi0' });
    expect(await config(130)).toMatchObject({
      unused0: 'local-lvm:vm-130-disk-0',
      unused1: 'local-lvm:vm-130-disk-1',
    });
    await change(130, { delete: 'unused0' });
    const content = await client.data<{ volid: string }[]>('GET', '/nodes/pve1/storage/local-lvm/content', {
      vmid: 130,
    });
    expect(content.map((volume) => volume.volid)).toEqual(['local-lvm:vm-130-disk-1']);
    await change(130, { scsi3: 'local-lvm:vm-130-disk-1' });
    expect(await config(130)).toMatchObject({ scsi3: 'local-lvm:vm-130-disk-1,size=2G' });
    expect((await config(130)).unused1).toBeUndefined();
  });

  it('take space, and a full storage fails the task and leaves nothing', async () => {
    const small = await temporarySandbox({
      speed: 100,
      seed: {
        ...LAB,
        storages: LAB.storages.map((one) =>
          one.id === 'local-lvm' ? { ...one, total: 3 * 1024 ** 3, used: 0 } : one,
        ),
        guests: [
          { vmid: 100, node: 'pve1', used: 1024 ** 3, config: { scsi0: 'local-lvm:vm-100-disk-0,size=8G' } },
        ],
      },
    });
    const root = await Client.root(small.sandbox);
    const clone = (newid: number) => root.run('POST', '/nodes/pve1/qemu/100/clone', { newid, full: 1 });
    expect([(await clone(101)).exitstatus, (await clone(102)).exitstatus]).toEqual(['OK', 'OK']);
    const failed = await clone(103);
    expect(failed.exitstatus).toMatch(/^clone failed: lvcreate 'pve\/vm-103-disk-0' error:/);
    expect((await root.send('GET', '/nodes/pve1/qemu/103/config')).status).toBe(500);
    expect((await root.run('DELETE', '/nodes/pve1/qemu/101')).exitstatus).toBe('OK');
    expect((await clone(103)).exitstatus).toBe('OK');
    await small.remove();
  });

  it('give their space back', async () => {
    const before = await available('shared');
    await make(140, { scsi0: 'shared:1,format=qcow2' });
    expect(await available('shared')).toBeLessThan(before);
    await client.run('DELETE', '/nodes/pve1/qemu/140');
    expect(await available('shared')).toBe(before);
  });

  it.each([
    [
      'a storage that holds no images',
      { scsi0: 'local:1' },
      400,
      "storage 'local' does not support vm images",
    ],
    [
      'an ISO that is not there',
      { ide2: 'shared:iso/none.iso,media=cdrom' },
      200,
      "unable to create VM 150 - volume 'shared:iso/none.iso' does not exist",
    ],
  ])('are refused on %s', async (_, params, status, text) => {
    const answer = await client.send('POST', '/nodes/pve1/qemu', { params: { vmid: 150, ...params } });
    expect(answer.status).toBe(status);
    if (status === 400) expect(Object.values(answer.body.errors ?? {})).toEqual([text]);
    else expect((await client.task(String(answer.body.data))).exitstatus).toBe(text);
  });
});

describe('a start', () => {
  it('counts the memory of the node, and fails where it does not suffice', async () => {
    await make(200, { memory: 4096 }, 'pve3');
    await make(201, { memory: 4096 }, 'pve3');
    expect((await start(200, 'pve3')).exitstatus).toBe('OK');
    const nodes = await client.data<{ node: string; mem: number }[]>('GET', '/nodes');
    expect(nodes.find((node) => node.node === 'pve3')?.mem).toBe(6 * 1024 ** 3);
    const failed = await start(201, 'pve3');
    expect(failed.exitstatus).toBe('start failed: QEMU exited with code 1');
    expect(failed.log).toContain("kvm: cannot set up guest memory 'pc.ram': Cannot allocate memory");
    await client.run('POST', '/nodes/pve3/qemu/200/status/stop');
    expect((await start(201, 'pve3')).exitstatus).toBe('OK');
  });

  it.each([
    [
      'a missing cicustom file',
      { ide2: 'local-lvm:cloudinit', cicustom: 'user=shared:snippets/none.yaml' },
      "can't open '/mnt/pve/shared/snippets/none.yaml' - No such file or directory",
    ],
    [
      'a missing file of fw_cfg',
      { args: '-fw_cfg name=opt/x,file=/srv/none.ign' },
      'start failed: QEMU exited with code 1',
    ],
    [
      'a missing folder of virtfs',
      { args: '-virtfs local,path=/srv/none,mount_tag=m,security_model=none' },
      'start failed: QEMU exited with code 1',
    ],
    ['a machine of the future', { machine: 'pc-q35-99.0' }, 'start failed: QEMU exited with code 1'],
    ['a missing bridge', { net0: 'virtio,bridge=vmbr7' }, "bridge 'vmbr7' does not exist"],
  ])('fails for %s', async (_, params, text) => {
    await make(210, params);
    expect((await start(210)).exitstatus).toBe(text);
    await client.run('DELETE', '/nodes/pve1/qemu/210');
  });

  it('forgets args with unbalanced quotes, as the real one does', async () => {
    await make(211, { args: "-fw_cfg name=opt/x,file=/srv/none.ign '" });
    expect((await start(211)).exitstatus).toBe('OK');
  });

  it('takes over what waited for it', async () => {
    await make(220, { memory: 512 });
    await start(220);
    await change(220, { memory: 1024, name: 'at-once', cores: 2, delete: 'balloon' });
    expect(await client.data('GET', '/nodes/pve1/qemu/220/config', { current: 1 })).toMatchObject({
      memory: '512',
      name: 'at-once',
    });
    expect(await config(220)).toMatchObject({ memory: '1024', cores: 2 });
    await change(220, { revert: 'cores' });
    await client.run('POST', '/nodes/pve1/qemu/220/status/reboot');
    const now = await client.data<Record<string, unknown>>('GET', '/nodes/pve1/qemu/220/config', {
      current: 1,
    });
    expect([now.memory, now.cores]).toEqual(['1024', undefined]);
  });
});

describe('the guest agent', () => {
  const addressOf = async (vmid: number) => {
    const path = `/nodes/pve1/qemu/${vmid}/agent/network-get-interfaces`;
    for (;;) {
      const answer = await client.send('GET', path);
      if (answer.status !== 200) continue;
      const { result } = answer.body.data as {
        result: { name: string; 'hardware-address': string; 'ip-addresses': { 'ip-address': string }[] }[];
      };
      const nic = result.find((one) => one.name === 'eth0');
      return [nic?.['ip-addresses'][0]?.['ip-address'], nic?.['hardware-address']];
    }
  };

  it('tells the address that ipconfig gave', async () => {
    await make(230, { agent: 1, net0: 'virtio=02:00:00:00:02:30,bridge=vmbr0', ipconfig0: 'ip=10.1.2.3/24' });
    await start(230);
    expect(await addressOf(230)).toEqual(['10.1.2.3', '02:00:00:00:02:30']);
  });

  it('tells the address that Ignition gave', async () => {
    await make(231, {
      agent: 1,
      net0: 'virtio,bridge=vmbr0',
      args: '-fw_cfg name=opt/org.flatcar-linux/config,file=/var/lib/vz/snippets/300.ign',
    });
    await start(231);
    expect((await addressOf(231))[0]).toBe('10.4.5.6');
  });

  it('tells the same lease for the same MAC', async () => {
    const net0 = 'virtio=02:00:00:00:02:32,bridge=vmbr0';
    await make(232, { agent: 1, net0 });
    await start(232);
    const [first] = await addressOf(232);
    expect(first).toMatch(/^192\.168\.1\.\d+$/);
    await client.run('POST', '/nodes/pve1/qemu/232/status/stop');
    await start(232);
    expect((await addressOf(232))[0]).toBe(first);
  });

  it('is not there when it is not configured', async () => {
    await make(233);
    await start(233);
    const answer = await client.send('POST', '/nodes/pve1/qemu/233/agent/ping');
    expect(answer.reason).toBe('No QEMU guest agent configured');
  });
});

describe('a thousand guests', () => {
  it('are listed, each with a file of its own', async () => {
    const seed = {
      ...LAB,
      guests: Array.from({ length: 1000 }, (_, index) => ({
        vmid: 1000 + index,
        node: 'pve1',
        used: 1024 ** 2,
        config: { name: `g${index}`, scsi0: `local-lvm:vm-${1000 + index}-disk-0,size=8G` },
      })),
    };
    const big = await temporarySandbox({ speed: 100, seed });
    const root = await Client.root(big.sandbox);
    expect(await root.data('GET', '/cluster/resources', { type: 'vm' })).toHaveLength(1000);
    expect((await root.run('POST', '/nodes/pve1/qemu/1500/clone', { newid: 100 })).exitstatus).toBe('OK');
    await big.remove();
  });
});
