import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, temporarySandbox } from './client.ts';
import { ONE_NODE } from './one-node.ts';

let root: Client;
let remove: () => Promise<void>;
beforeAll(async () => {
  const started = await temporarySandbox({ seed: ONE_NODE });
  remove = started.remove;
  root = await Client.root(started.sandbox);
  await root.data('POST', '/access/users', { userid: 'ci@pve' });
});
afterAll(() => remove());

const acl = (params: Record<string, unknown>) => root.data('PUT', '/access/acl', params);

/** A token of ci@pve, with privileges of its own unless told otherwise. */
async function token(name: string, privsep: 0 | 1 = 1): Promise<Client> {
  const { value } = await root.data<{ value: string }>('POST', `/access/users/ci@pve/token/${name}`, {
    privsep,
  });
  return Client.token(root.sandbox, `ci@pve!${name}=${value}`);
}

const refusal = async (
  client: Client,
  method: string,
  path: string,
  params: Record<string, unknown> = {},
) => {
  const answer = await client.send(method, path, { params });
  return [answer.status, answer.reason];
};

describe('privileges', () => {
  it('are named in the refusal, with their path', async () => {
    const client = await token('nothing');
    expect(await refusal(client, 'GET', '/nodes/pve/qemu/100/config')).toEqual([
      403,
      'Permission check failed (/vms/100, VM.Audit)',
    ]);
    expect(await refusal(client, 'PUT', '/nodes/pve/qemu/100/config', { cores: 1 })).toEqual([
      403,
      'Permission check failed (/vms/100, VM.Config.Disk|VM.Config.CDROM|VM.Config.CPU|VM.Config.Memory|VM.Config.Network|VM.Config.HWType|VM.Config.Options|VM.Config.Cloudinit)',
    ]);
    expect(await refusal(client, 'POST', '/nodes/pve/qemu/100/clone', { newid: 300 })).toEqual([
      403,
      'Permission check failed (/vms/100, VM.Clone)',
    ]);
    expect(await refusal(client, 'GET', '/nodes/pve/storage/local/content')).toEqual([
      403,
      'Permission check failed (/storage/local, Datastore.Audit|Datastore.AllocateSpace)',
    ]);
  });

  it('of a token are those that both it and its user have', async () => {
    const client = await token('half');
    await acl({ path: '/vms/100', roles: 'PVEVMAdmin', tokens: 'ci@pve!half' });
    expect((await client.send('GET', '/nodes/pve/qemu/100/config')).status).toBe(403);
    await acl({ path: '/vms', roles: 'PVEAuditor', users: 'ci@pve' });
    expect((await client.send('GET', '/nodes/pve/qemu/100/config')).status).toBe(200);
    expect(await refusal(client, 'PUT', '/nodes/pve/qemu/100/config', { cores: 1 })).toContain(403);
    await acl({ path: '/vms', roles: 'PVEAuditor', users: 'ci@pve', delete: 1 });
  });

  it('of a token without separation are those of its user', async () => {
    const client = await token('same', 0);
    expect((await client.send('GET', '/nodes/pve/qemu/100/config')).status).toBe(403);
    await acl({ path: '/vms/100', roles: 'PVEAuditor', users: 'ci@pve' });
    expect((await client.send('GET', '/nodes/pve/qemu/100/config')).status).toBe(200);
    await acl({ path: '/vms/100', roles: 'PVEAuditor', users: 'ci@pve', delete: 1 });
  });

  it('on a pool reach its guests and storages', async () => {
    await root.data('POST', '/pools', { poolid: 'edge' });
    await root.data('PUT', '/pools/edge', { vms: '200', storage: 'vmstore' });
    await acl({ path: '/pool/edge', roles: 'PVEVMAdmin,PVEDatastoreUser', users: 'ci@pve' });
    const client = await token('pooled', 0);
    expect((await client.send('GET', '/nodes/pve/qemu/200/config')).status).toBe(200);
    expect((await client.send('GET', '/nodes/pve/qemu/100/config')).status).toBe(403);
    const listed = await client.data<{ id: string }[]>('GET', '/cluster/resources');
    expect(listed.map((one) => one.id).filter((id) => !id.startsWith('node/'))).toEqual([
      'qemu/200',
      'storage/pve/vmstore',
    ]);
    const made = await client.run('POST', '/nodes/pve/qemu', { vmid: 310, pool: 'edge', scsi0: 'vmstore:1' });
    expect(made.exitstatus).toBe('OK');
    expect(
      await refusal(client, 'POST', '/nodes/pve/qemu', { vmid: 311, pool: 'edge', scsi0: 'local:1' }),
    ).toEqual([403, 'Permission check failed (/storage/local, Datastore.AllocateSpace)']);
  });

  it('NoAccess below takes away what was given above', async () => {
    await acl({ path: '/vms', roles: 'PVEAuditor', users: 'ci@pve' });
    await acl({ path: '/vms/101', roles: 'NoAccess', users: 'ci@pve' });
    const client = await token('less', 0);
    expect((await client.send('GET', '/nodes/pve/qemu/100/config')).status).toBe(200);
    expect((await client.send('GET', '/nodes/pve/qemu/101/config')).status).toBe(403);
    await acl({ path: '/vms', roles: 'PVEAuditor', users: 'ci@pve', delete: 1 });
  });

  it('on bridges and mappings are asked for', async () => {
    await root.run('POST', '/nodes/pve/qemu', { vmid: 320 });
    await acl({ path: '/vms/320', roles: 'PVEVMAdmin', users: 'ci@pve' });
    const client = await token('nets', 0);
    const change = (params: Record<string, unknown>) =>
      refusal(client, 'PUT', '/nodes/pve/qemu/320/config', params);
    expect(await change({ net0: 'virtio,bridge=vmbr0,tag=20' })).toEqual([
      403,
      'Permission check failed (/sdn/zones/localnetwork/vmbr0/20, SDN.Use)',
    ]);
    await acl({ path: '/sdn/zones/localnetwork/vmbr0/20', roles: 'PVESDNUser', users: 'ci@pve' });
    expect((await change({ net0: 'virtio,bridge=vmbr0,tag=20' }))[0]).toBe(200);
    expect((await change({ net0: 'virtio,bridge=vmbr0' }))[0]).toBe(403);
    expect(await change({ virtiofs0: 'share0' })).toEqual([
      403,
      'Permission check failed (/mapping/dir/share0, Mapping.Use)',
    ]);
  });
});

describe('what only root@pam may set', () => {
  it.each([
    ['args', '-version', "only root can set 'args' config"],
    ['hookscript', 'local:snippets/hook.sh', "only root can set 'hookscript' config"],
    ['lock', 'backup', "only root can set 'lock' config"],
    ['affinity', '0-1', "only root can set 'affinity' config"],
    ['hugepages', 'any', "only root can set 'hugepages' config"],
    ['parallel0', '/dev/parport0', "only root can set 'parallel0' config"],
    ['serial1', '/dev/ttyS0', "only root can set 'serial1' config for real devices"],
    ['usb0', 'host=1234:5678', "only root can set 'usb0' config for real devices"],
    ['hostpci0', '0000:01:00.0', "only root can set 'hostpci0' config for non-mapped devices"],
    ['scsi0', '/dev/sdb', 'Only root can pass arbitrary filesystem paths.'],
    ['scsi0', 'local:0,import-from=/srv/x.qcow2', 'Only root can pass arbitrary filesystem paths.'],
  ])('%s=%s is refused even to its token', async (name, value, text) => {
    const own = Client.token(root.sandbox, 'root@pam!t1=11111111-1111-4111-8111-111111111111');
    expect(await refusal(own, 'PUT', '/nodes/pve/qemu/200/config', { [name]: value })).toEqual([500, text]);
  });

  it('is refused to be deleted by others too', async () => {
    await root.data('PUT', '/nodes/pve/qemu/200/config', { args: '-version' });
    const own = Client.token(root.sandbox, 'root@pam!t1=11111111-1111-4111-8111-111111111111');
    expect(await refusal(own, 'PUT', '/nodes/pve/qemu/200/config', { delete: 'args' })).toEqual([
      500,
      "only root can set 'args' config",
    ]);
    await root.data('PUT', '/nodes/pve/qemu/200/config', { delete: 'args' });
  });

  it.each(['ciupgrade=0', 'cpu=host', 'rng0=/dev/urandom', 'serial0=socket'])(
    '%s is not among it',
    async (given) => {
      const [name = '', value = ''] = given.split('=');
      const own = Client.token(root.sandbox, 'root@pam!t1=11111111-1111-4111-8111-111111111111');
      expect((await refusal(own, 'PUT', '/nodes/pve/qemu/200/config', { [name]: value }))[0]).toBe(200);
    },
  );
});
