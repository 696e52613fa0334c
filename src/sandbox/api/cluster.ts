import { takenOn } from '../guest/taken.ts';
import { badParameters } from '../refusal.ts';
import { OPTIONAL_VMID } from '../schema/parameter.ts';
import { addressOf } from '../state/nodes.ts';
import type { Task } from '../state/tasks.ts';
import { ALL, onRoot } from './permission.ts';
import type { Call, Route } from './route.ts';

export const clusterRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/cluster/nextid',
    permission: ALL,
    parameters: { vmid: OPTIONAL_VMID },
    handle: ({ world, given }) => {
      const wanted = given.number('vmid');
      if (wanted !== undefined) {
        if (takenOn(world, wanted) !== undefined)
          throw badParameters({ vmid: `VM ${wanted} already exists` });
        return String(wanted);
      }
      let vmid = Number(/lower=(\d+)/.exec(world.options.values['next-id'] ?? '')?.[1] ?? 100);
      while (takenOn(world, vmid) !== undefined) vmid += 1;
      return String(vmid);
    },
  },
  { method: 'GET', path: '/cluster/status', permission: onRoot('Sys.Audit'), parameters: {}, handle: status },
  { method: 'GET', path: '/cluster/tasks', permission: ALL, parameters: {}, handle: tasks },
  {
    method: 'GET',
    path: '/cluster/config/nodes',
    permission: onRoot('Sys.Audit'),
    parameters: {},
    handle: ({ world }) =>
      world.nodes.names.length === 1
        ? []
        : world.nodes.facts.nodes.map((node, index) => ({
            node: node.name,
            name: node.name,
            nodeid: String(index + 1),
            quorum_votes: '1',
            ring0_addr: addressOf(node),
          })),
  },
];

function status({ world }: Call) {
  const { nodes, cluster } = world.nodes.facts;
  const alone = nodes.length === 1;
  const members = nodes.map((node, index) => ({
    id: `node/${node.name}`,
    type: 'node',
    name: node.name,
    ip: addressOf(node),
    level: '',
    local: node.name === world.self ? 1 : 0,
    nodeid: alone ? 0 : index + 1,
    online: 1,
  }));
  if (alone) return members;
  return [
    { id: 'cluster', type: 'cluster', name: cluster, nodes: nodes.length, quorate: 1, version: nodes.length },
    ...members,
  ];
}

/** The last 25 tasks of each node, as the cluster file system shares them. */
const SHARED_TASKS = 25;

function tasks(call: Call) {
  const { world } = call;
  const all = world.nodes.names.flatMap((node) => world.tasks.list(node).slice(0, SHARED_TASKS));
  const audit = call.can('/', ['Sys.Audit']);
  return all
    .filter((task) => audit || task.parts.user.split('!')[0] === call.who.userid)
    .map((task, index) => {
      const { pid: _, pstart: __, ...entry } = taskEntry(task);
      // The newest is known from the running process, the others from a file that holds text.
      return task.status === undefined ? entry : { ...entry, saved: index === 0 ? 1 : '1' };
    });
}

/** A task in a list. */
export function taskEntry(task: Task) {
  const [user = '', tokenid] = task.parts.user.split('!');
  const { node, pid, pstart, starttime, type, id } = task.parts;
  return {
    upid: task.upid,
    node,
    pid,
    pstart,
    starttime,
    type,
    id,
    user,
    ...(tokenid === undefined ? {} : { tokenid }),
    ...(task.endtime === undefined ? {} : { endtime: task.endtime }),
    ...(task.status === undefined ? {} : { status: task.status }),
  };
}
