import { availableOn } from '../guest/disks.ts';
import { resourceEntry } from '../guest/status.ts';
import { oneOf } from '../schema/parameter.ts';
import type { SeedNode } from '../seed/shape.ts';
import type { Section } from '../state/section-config.ts';
import { contentOf, isShared } from '../state/storages.ts';
import type { World } from '../world.ts';
import { containerResource } from './lxc.ts';
import { ALL } from './permission.ts';
import type { Call, Route } from './route.ts';

export const resourceRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/cluster/resources',
    permission: ALL,
    parameters: { type: oneOf(['vm', 'storage', 'node', 'sdn']) },
    handle: (call) => {
      const type = call.given.text('type');
      const wants = (kind: string) => type === undefined || type === kind;
      return [
        ...(type === undefined ? pools(call) : []),
        ...(wants('vm') ? guests(call) : []),
        ...(wants('node') ? nodes(call) : []),
        ...(wants('storage') ? storages(call) : []),
        ...(wants('sdn') ? zones(call) : []),
      ];
    },
  },
];

/** A node's figures, as its list and the resources show them. */
export function nodeFigures(world: World, node: SeedNode): Record<string, unknown> {
  const root = world.storages.capacity('local');
  return {
    id: `node/${node.name}`,
    type: 'node',
    node: node.name,
    status: 'online',
    level: '',
    cpu: 0.0123456789,
    maxcpu: node.cpus,
    mem: node.memoryUsed + world.running.memoryOn(node.name),
    maxmem: node.memory,
    disk: root.used,
    maxdisk: root.total,
    uptime: upSeconds(world),
  };
}

export function upSeconds(world: World): number {
  return Math.max(0, Math.floor((world.pace.clock.now() - world.nodes.facts.since) / 1000));
}

export function storageResource(world: World, storage: Section, node: string): Record<string, unknown> {
  const { total } = world.storages.capacity(storage.id);
  return {
    id: `storage/${node}/${storage.id}`,
    type: 'storage',
    storage: storage.id,
    node,
    plugintype: storage.type,
    content: contentOf(storage).join(','),
    status: 'available',
    shared: isShared(storage) ? 1 : 0,
    disk: total - availableOn(world, storage, node),
    maxdisk: total,
  };
}

function pools(call: Call) {
  const seen = [...call.world.users.config.pools.keys()].filter((pool) =>
    call.can(`/pool/${pool}`, ['Pool.Audit']),
  );
  return seen.map((pool) => ({ id: `/pool/${pool}`, pool, type: 'pool' }));
}

function guests(call: Call) {
  const { world } = call;
  const seen = (vmid: number): boolean => call.can(`/vms/${vmid}`, ['VM.Audit']);
  return [
    ...world.guests
      .ids()
      .filter(seen)
      .map((vmid) => resourceEntry(world, vmid, world.guests.nodeOf(vmid) ?? '')),
    ...world.containers
      .ids()
      .filter(seen)
      .map((vmid) => containerResource(world, vmid, world.containers.nodeOf(vmid) ?? '')),
  ];
}

function nodes({ world }: Call) {
  return world.nodes.facts.nodes.map((node) => ({ ...nodeFigures(world, node), 'cgroup-mode': 1 }));
}

function storages(call: Call) {
  const { world } = call;
  return world.nodes.names.flatMap((node) =>
    world.storages
      .ofNode(node)
      .filter((storage) => call.can(`/storage/${storage.id}`, ['Datastore.Audit']))
      .map((storage) => storageResource(world, storage, node)),
  );
}

function zones(call: Call) {
  if (!call.can('/sdn/zones/localnetwork', ['SDN.Audit'])) return [];
  return call.world.nodes.names.map((node) => ({
    id: `network/${node}/zone/localnetwork`,
    network: 'localnetwork',
    'network-type': 'zone',
    node,
    status: 'ok',
    type: 'network',
  }));
}
