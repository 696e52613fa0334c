import { resourceEntry } from '../guest/status.ts';
import { denied, fail } from '../refusal.ts';
import { splitList } from '../schema/formats.ts';
import { boolean, formatted, oneOf, type Parameters, required, text } from '../schema/parameter.ts';
import type { Pool } from '../state/user-cfg.ts';
import { storageResource } from './cluster-resources.ts';
import { ALL, perm } from './permission.ts';
import type { Call, Route } from './route.ts';

const POOLID = required(formatted('pve-poolid'));
const TYPE = oneOf(['qemu', 'lxc', 'storage'], { requires: 'poolid' });
const ALLOCATE = { check: perm('/pool/{poolid}', 'Pool.Allocate') };
const CHANGE: Parameters = {
  'allow-move': boolean(),
  comment: text(),
  delete: boolean(),
  poolid: POOLID,
  storage: formatted('pve-storage-id-list'),
  vms: formatted('pve-vmid-list'),
};

export const poolRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/pools',
    permission: ALL,
    parameters: { poolid: formatted('pve-poolid'), type: TYPE },
    handle: (call) => {
      const only = call.given.text('poolid');
      if (only !== undefined) return [{ poolid: only, ...describe(call, needPool(call)) }];
      const seen = [...call.world.users.config.pools.values()].filter((pool) =>
        call.can(`/pool/${pool.poolid}`, ['Pool.Audit']),
      );
      return seen.map(({ poolid, comment }) => ({ poolid, ...(comment === undefined ? {} : { comment }) }));
    },
  },
  {
    method: 'POST',
    path: '/pools',
    permission: ALLOCATE,
    parameters: { comment: text(), poolid: POOLID },
    handle: addPool,
  },
  { method: 'PUT', path: '/pools', permission: ALLOCATE, parameters: CHANGE, handle: changePool },
  {
    method: 'DELETE',
    path: '/pools',
    permission: ALLOCATE,
    parameters: { poolid: POOLID },
    handle: removePool,
  },
  {
    method: 'GET',
    path: '/pools/{poolid}',
    permission: { check: perm('/pool/{poolid}', 'Pool.Audit') },
    parameters: { poolid: POOLID, type: oneOf(['qemu', 'lxc', 'storage']) },
    handle: (call) => describe(call, needPool(call)),
  },
  { method: 'PUT', path: '/pools/{poolid}', permission: ALLOCATE, parameters: CHANGE, handle: changePool },
  {
    method: 'DELETE',
    path: '/pools/{poolid}',
    permission: ALLOCATE,
    parameters: { poolid: POOLID },
    handle: removePool,
  },
];

function needPool({ world, given }: Call): Pool {
  const pool = world.users.config.pools.get(given.need('poolid'));
  if (!pool) throw fail(`no such pool '${given.need('poolid')}'`);
  return pool;
}

function describe({ world, given }: Call, pool: Pool) {
  const type = given.text('type');
  const guests = pool.vms.flatMap((vmid) => {
    const node = world.guests.nodeOf(vmid);
    return node === undefined ? [] : [{ ...resourceEntry(world, vmid, node), vmid }];
  });
  const storages = world.nodes.names.flatMap((node) =>
    world.storages
      .ofNode(node)
      .filter((storage) => pool.storage.includes(storage.id))
      .map((storage) => storageResource(world, storage, node)),
  );
  const members = [
    ...(type === 'storage' || type === 'lxc' ? [] : guests),
    ...(type === 'qemu' || type === 'lxc' ? [] : storages),
  ];
  return { ...(pool.comment === undefined ? {} : { comment: pool.comment }), members };
}

function addPool({ world, given }: Call): null {
  const poolid = given.need('poolid');
  if (world.users.config.pools.has(poolid)) throw fail(`create pool failed: pool '${poolid}' already exists`);
  const comment = given.text('comment');
  world.users.config.pools.set(poolid, {
    poolid,
    vms: [],
    storage: [],
    ...(comment === undefined ? {} : { comment }),
  });
  world.users.save();
  return null;
}

function changePool(call: Call): null {
  const { world, given } = call;
  const pool = needPool(call);
  const failed = (text: string) => fail(`update pools failed: ${text}`);
  const comment = given.text('comment');
  if (comment !== undefined) pool.comment = comment;
  for (const vmid of splitList(given.text('vms') ?? '').map(Number)) {
    if (!call.can(`/vms/${vmid}`, ['VM.Allocate'])) throw denied(`/vms/${vmid}, VM.Allocate`);
    const owner = world.users.poolOf(vmid);
    if (given.flag('delete')) {
      if (owner !== pool.poolid) throw failed(`VM ${vmid} is not a pool member`);
      pool.vms = pool.vms.filter((other) => other !== vmid);
      continue;
    }
    if (owner === pool.poolid) throw failed(`VM ${vmid} is already a pool member`);
    if (owner !== undefined && !given.flag('allow-move')) {
      throw failed(`VM ${vmid} belongs already to pool '${owner}' and 'allow-move' is not set`);
    }
    if (world.guests.nodeOf(vmid) === undefined) throw failed(`VM ${vmid} does not exist`);
    for (const other of world.users.config.pools.values())
      other.vms = other.vms.filter((one) => one !== vmid);
    pool.vms.push(vmid);
  }
  for (const id of splitList(given.text('storage') ?? '')) {
    world.storages.get(id);
    pool.storage = pool.storage.filter((other) => other !== id);
    if (!given.flag('delete')) pool.storage.push(id);
  }
  world.users.save();
  return null;
}

function removePool(call: Call): null {
  const pool = needPool(call);
  const failed = (text: string) => fail(`delete pool failed: ${text}`);
  if (pool.vms.length > 0) throw failed(`pool '${pool.poolid}' is not empty (contains VM ${pool.vms[0]})`);
  if (pool.storage.length > 0)
    throw failed(`pool '${pool.poolid}' is not empty (contains storage '${pool.storage[0]}')`);
  call.world.users.config.pools.delete(pool.poolid);
  call.world.users.save();
  return null;
}
