import { fail } from '../refusal.ts';
import { splitList } from '../schema/formats.ts';
import {
  boolean,
  formatted,
  integer,
  NODE,
  OPTIONAL_VMID,
  oneOf,
  required,
  text,
} from '../schema/parameter.ts';
import type { Task } from '../state/tasks.ts';
import { taskEntry } from './cluster.ts';
import { ALL } from './permission.ts';
import { type Call, Reply, type Route } from './route.ts';

const UPID = required(text());
const PAGE = { limit: integer({ minimum: 0 }), start: integer({ minimum: 0 }) };
const DEFAULT_LIMIT = 50;

export const taskRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/nodes/{node}/tasks',
    permission: ALL,
    proxied: true,
    parameters: {
      ...PAGE,
      node: NODE,
      errors: boolean(),
      since: integer(),
      source: oneOf(['archive', 'active', 'all']),
      statusfilter: formatted('pve-task-status-type-list'),
      typefilter: text(),
      until: integer(),
      userfilter: text(),
      vmid: OPTIONAL_VMID,
    },
    handle: (call) => {
      const found = call.world.tasks.list(call.node).filter((task) => isWanted(call, task));
      const start = call.given.number('start') ?? 0;
      const page = found.slice(start, start + (call.given.number('limit') ?? DEFAULT_LIMIT));
      return new Reply(page.map(taskEntry), { total: found.length });
    },
  },
  {
    method: 'GET',
    path: '/nodes/{node}/tasks/{upid}',
    permission: ALL,
    parameters: { node: NODE, upid: UPID },
    handle: () => [{ name: 'log' }, { name: 'status' }],
  },
  {
    method: 'DELETE',
    path: '/nodes/{node}/tasks/{upid}',
    permission: ALL,
    proxied: true,
    parameters: { node: NODE, upid: UPID },
    // A task of a real node can be stopped; those of the sandbox end by themselves within seconds.
    handle: (call) => {
      needTask(call);
      return null;
    },
  },
  {
    method: 'GET',
    path: '/nodes/{node}/tasks/{upid}/status',
    permission: ALL,
    proxied: true,
    parameters: { node: NODE, upid: UPID },
    handle: (call) => {
      const task = needTask(call);
      const { status, endtime: _, ...entry } = taskEntry(task);
      return status === undefined
        ? { ...entry, status: 'running' }
        : { ...entry, status: 'stopped', exitstatus: status };
    },
  },
  {
    method: 'GET',
    path: '/nodes/{node}/tasks/{upid}/log',
    permission: ALL,
    proxied: true,
    parameters: { ...PAGE, node: NODE, upid: UPID, download: boolean() },
    handle: (call) => {
      const { log } = needTask(call);
      const lines = log.length === 0 ? ['no content'] : log;
      const start = call.given.number('start') ?? 0;
      const limit = call.given.number('limit') ?? DEFAULT_LIMIT;
      const page = lines.slice(start, limit === 0 ? undefined : start + limit);
      return new Reply(
        page.map((t, index) => ({ n: start + index + 1, t })),
        { total: lines.length },
      );
    },
  },
];

function needTask(call: Call): Task {
  const task = call.world.tasks.get(call.given.need('upid'));
  if (!task || task.parts.node !== call.node) throw fail('no such task');
  const own = task.parts.user.split('!')[0] === call.who.userid;
  if (!own) call.need(`/nodes/${call.node}`, ['Sys.Audit']);
  return task;
}

function isWanted(call: Call, task: Task): boolean {
  const { given } = call;
  const source = given.text('source') ?? 'archive';
  const { parts, status } = task;
  if (source !== 'all' && (status === undefined) !== (source === 'active')) return false;
  if (parts.user.split('!')[0] !== call.who.userid && !call.can(`/nodes/${call.node}`, ['Sys.Audit']))
    return false;
  const kind = status === 'OK' ? 'ok' : status?.startsWith('WARNINGS') ? 'warning' : 'error';
  const kinds = splitList(given.text('statusfilter') ?? '');
  return (
    (!given.flag('errors') || kind === 'error') &&
    (kinds.length === 0 || kinds.includes(kind)) &&
    (given.number('since') ?? 0) <= parts.starttime &&
    (given.number('until') ?? Number.POSITIVE_INFINITY) >= parts.starttime &&
    parts.type.includes(given.text('typefilter') ?? '') &&
    parts.user.includes(given.text('userfilter') ?? '') &&
    (!given.has('vmid') || parts.id === String(given.integer('vmid')))
  );
}
