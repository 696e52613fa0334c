import { followState } from '../guest/ha.ts';
import { type GuestTask, rebootGuest, startGuest, stopGuest } from '../guest/power.ts';
import { currentStatus } from '../guest/status.ts';
import { fail } from '../refusal.ts';
import { MACHINE } from '../schema/guest-formats.ts';
import {
  boolean,
  formatted,
  integer,
  NODE,
  oneOf,
  type Parameters,
  text,
  VMID,
} from '../schema/parameter.ts';
import { onGuest } from './permission.ts';
import type { Call, Route } from './route.ts';

const GUEST = { node: NODE, vmid: VMID };
const TIMEOUT = integer({ minimum: 0 });
const SKIPLOCK = boolean();

/** A POST below …/status that starts a task of this type. */
function power(
  name: string,
  options: Parameters,
  work: (call: Call, task: GuestTask) => Promise<void>,
): Route {
  return {
    method: 'POST',
    path: `/nodes/{node}/qemu/{vmid}/status/${name}`,
    permission: onGuest('VM.PowerMgmt'),
    proxied: true,
    ms: 12,
    parameters: { ...GUEST, ...options },
    handle: (call) => {
      const { world, node, vmid } = call;
      world.guests.read(vmid, node);
      if (world.haResources.get(String(vmid)) && (name === 'start' || name === 'stop'))
        return byManager(call, name);
      return call.startTask({
        node,
        type: `qm${name}`,
        id: String(vmid),
        work: (task) => work(call, { node, vmid, log: task.log }),
      });
    },
  };
}

export const statusRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/nodes/{node}/qemu/{vmid}/status/current',
    permission: onGuest('VM.Audit'),
    proxied: true,
    ms: 4,
    parameters: GUEST,
    handle: ({ world, node, vmid }) => currentStatus(world, vmid, node),
  },
  power(
    'start',
    {
      'force-cpu': text(),
      machine: formatted(MACHINE),
      migratedfrom: formatted('pve-node'),
      migration_network: formatted('CIDR'),
      migration_type: oneOf(['secure', 'insecure']),
      'nets-host-mtu': text({ pattern: 'net\\d+=\\d+(,net\\d+=\\d+)*' }),
      skiplock: SKIPLOCK,
      stateuri: text({ maxLength: 128 }),
      targetstorage: formatted('storage-pair-list'),
      timeout: TIMEOUT,
      'with-conntrack-state': boolean(),
    },
    ({ world }, task) => startGuest(world, task),
  ),
  power(
    'stop',
    {
      keepActive: boolean(),
      migratedfrom: formatted('pve-node'),
      'overrule-shutdown': boolean(),
      skiplock: SKIPLOCK,
      timeout: TIMEOUT,
    },
    ({ world }, task) => stopGuest(world, task, 'stop'),
  ),
  power(
    'shutdown',
    { forceStop: boolean(), keepActive: boolean(), skiplock: SKIPLOCK, timeout: TIMEOUT },
    ({ world }, task) => stopGuest(world, task, 'shutdown'),
  ),
  power('reboot', { timeout: TIMEOUT }, ({ world }, task) => rebootGuest(world, task)),
  power('reset', { skiplock: SKIPLOCK }, async ({ world }, task) => {
    if (!world.running.get(task.vmid)) throw fail(`VM ${task.vmid} not running`);
  }),
];

/** A guest under high availability is started and stopped by its manager, which is only told here. */
function byManager(call: Call, name: 'start' | 'stop'): string {
  const { world, node, vmid } = call;
  const resource = world.haResources.get(String(vmid));
  return call.startTask({
    node,
    type: `ha${name}`,
    id: String(vmid),
    work: async (task) => {
      task.log(`Requesting HA ${name} for VM ${vmid}`);
      if (!resource) return;
      world.haResources.set({
        ...resource,
        values: { ...resource.values, state: name === 'start' ? 'started' : 'stopped' },
      });
      followState(world, vmid);
    },
  });
}
