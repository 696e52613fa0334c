import { join } from 'node:path';
import { readJson, writeJson } from '../state/files.ts';
import type { World } from '../world.ts';
import { startGuest, stopGuest } from './power.ts';

/** The CRM looks at its resources every ten seconds. */
const MANAGER_MS = 10_000;

/** GET /cluster/ha/status/current. */
export function haStatus(world: World): unknown[] {
  const node = world.self;
  const resources = world.haResources.all();
  const known = managedNodes(world);
  const idle = {
    'armed-state': 'standby',
    id: 'fencing',
    node,
    status: 'standby (CRM watchdog standby)',
    type: 'fencing',
  };
  const armed = {
    'armed-state': 'armed',
    id: 'fencing',
    node,
    status: 'armed (CRM watchdog active)',
    type: 'fencing',
  };
  const quorum = { id: 'quorum', node, quorate: 1, status: 'OK', type: 'quorum' };
  if (resources.length === 0 || known.length === 0) return [quorum, idle];
  const time = world.pace.seconds();
  return [
    quorum,
    armed,
    { id: 'master', node, status: `${node} (active, sandbox)`, timestamp: time, type: 'master' },
    ...known.map((name) => ({
      id: `lrm:${name}`,
      node: name,
      status: `${name} (active)`,
      timestamp: time,
      type: 'lrm',
    })),
    ...resources.map((resource) => {
      const vmid = Number(resource.id);
      const state = world.running.get(vmid) ? 'started' : 'stopped';
      const on = world.guests.nodeOf(vmid) ?? '';
      return {
        id: `service:vm:${vmid}`,
        sid: `vm:${vmid}`,
        node: on,
        state,
        crm_state: state,
        request_state: resource.values.state ?? 'started',
        max_relocate: Number(resource.values.max_relocate ?? 1),
        max_restart: Number(resource.values.max_restart ?? 1),
        status: `vm:${vmid} (${on}, ${state})`,
        type: 'service',
      };
    }),
  ];
}

/** PVE 8 has groups. PVE 9 has rules, and gives out the groups of before as long as there are some. */
export function hasMigratedGroups(world: World): boolean {
  return hasRules(world) && world.haGroups.all().length === 0;
}

export function hasRules(world: World): boolean {
  return Number.parseInt(world.nodes.facts.version.release, 10) >= 9;
}

/**
 * The nodes in the manager's status: none before its first resource, since it sleeps until then and looks
 * every ten seconds.
 */
export function managedNodes(world: World): string[] {
  const woken = readJson<{ since: number }>(statusFile(world));
  const asleep = woken && (world.pace.clock.now() - woken.since) * world.pace.speed < MANAGER_MS;
  return asleep ? [] : world.nodes.names;
}

/** The manager finds its first resource. */
export function wakeManager(world: World): void {
  if (!readJson(statusFile(world))) writeJson(statusFile(world), { since: world.pace.clock.now() }, 0o640);
}

function statusFile({ stateDir }: World): string {
  return join(stateDir, 'etc', 'pve', 'ha', 'manager_status');
}

/** Lets the simulated manager bring a guest to the state that its resource wants. */
export function followState(world: World, vmid: number): void {
  world.pace
    .wait(MANAGER_MS)
    .then(() => {
      const resource = world.haResources.get(String(vmid));
      const node = world.guests.nodeOf(vmid);
      if (!resource || node === undefined) return;
      const wanted = resource.values.state ?? 'started';
      const runs = world.running.get(vmid) !== undefined;
      const order = { node, id: String(vmid), user: 'root@pam' };
      if (wanted === 'started' && !runs) {
        world.tasks.start({
          ...order,
          type: 'qmstart',
          work: (task) => startGuest(world, { node, vmid, log: task.log }),
        });
      } else if ((wanted === 'stopped' || wanted === 'disabled') && runs) {
        world.tasks.start({
          ...order,
          type: 'qmshutdown',
          work: (task) => stopGuest(world, { node, vmid, log: task.log }, 'shutdown'),
        });
      }
    })
    // The sandbox closed meanwhile.
    .catch(() => {});
}
