import { followState, haStatus } from '../guest/ha.ts';
import { badParameters, fail } from '../refusal.ts';
import { splitList } from '../schema/formats.ts';
import { boolean, formatted, integer, oneOf, type Parameters, required, text } from '../schema/parameter.ts';
import type { Section } from '../state/section-config.ts';
import { ALL, onRoot } from './permission.ts';
import type { Call, Route } from './route.ts';

const SID = required(formatted('pve-ha-resource-or-vm-id'));
const AUDIT = onRoot('Sys.Audit');
const CONSOLE = onRoot('Sys.Console');
const RESOURCE: Parameters = {
  comment: text({ maxLength: 4096 }),
  failback: boolean(),
  group: formatted('pve-configid'),
  max_relocate: integer({ minimum: 0 }),
  max_restart: integer({ minimum: 0 }),
  sid: SID,
  state: oneOf(['started', 'stopped', 'enabled', 'disabled', 'ignored']),
};
const TYPE = oneOf(['ct', 'vm']);
const GROUP: Parameters = {
  comment: text({ maxLength: 4096 }),
  group: required(formatted('pve-configid')),
  nodes: required(formatted('pve-ha-node-list')),
  nofailback: boolean(),
  restricted: boolean(),
  type: oneOf(['group']),
};

export const haRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/cluster/ha/status/current',
    permission: AUDIT,
    parameters: {},
    handle: ({ world }) => haStatus(world),
  },
  {
    method: 'GET',
    path: '/cluster/ha/status',
    permission: ALL,
    parameters: {},
    handle: () => [{ name: 'current' }],
  },
  {
    method: 'GET',
    path: '/cluster/ha/resources',
    permission: AUDIT,
    parameters: { type: TYPE },
    handle: ({ world, given }) =>
      given.text('type') === 'ct'
        ? []
        : world.haResources.all().map((resource) => describe(world.haResources.digest(), resource)),
  },
  {
    method: 'POST',
    path: '/cluster/ha/resources',
    permission: CONSOLE,
    parameters: { ...RESOURCE, type: TYPE },
    handle: addResource,
  },
  {
    method: 'GET',
    path: '/cluster/ha/resources/{sid}',
    permission: AUDIT,
    parameters: { sid: SID },
    handle: (call) => describe(call.world.haResources.digest(), needResource(call)),
  },
  {
    method: 'PUT',
    path: '/cluster/ha/resources/{sid}',
    permission: CONSOLE,
    parameters: {
      ...RESOURCE,
      delete: formatted('pve-configid-list', { maxLength: 4096 }),
      digest: text({ maxLength: 64 }),
    },
    handle: (call) => {
      const before = needResource(call);
      const values: Record<string, string> = { ...before.values, ...resourceValues(call) };
      for (const name of splitList(call.given.text('delete') ?? '')) delete values[name];
      call.world.haResources.set({ ...before, values });
      followState(call.world, Number(before.id));
      return null;
    },
  },
  {
    method: 'DELETE',
    path: '/cluster/ha/resources/{sid}',
    permission: CONSOLE,
    parameters: { purge: boolean(), sid: SID },
    handle: (call) => {
      const { world } = call;
      const { id } = needResource(call);
      world.haResources.delete(id);
      const purge = !call.given.has('purge') || call.given.flag('purge');
      for (const rule of purge ? world.haRules.all() : []) removeFromRule(call, rule, `vm:${id}`);
      return null;
    },
  },
  {
    method: 'GET',
    path: '/cluster/ha/groups',
    permission: AUDIT,
    parameters: {},
    handle: () => {
      throw fail('cannot index groups: ha groups have been migrated to rules');
    },
  },
  {
    method: 'POST',
    path: '/cluster/ha/groups',
    permission: CONSOLE,
    parameters: GROUP,
    handle: () => {
      throw fail('cannot create group: ha groups have been migrated to rules');
    },
  },
];

function vmidOf(sid: string): string {
  return sid.replace(/^(vm|ct):/, '');
}

function needResource({ world, given }: Call): Section {
  const sid = given.need('sid');
  const resource = world.haResources.get(vmidOf(sid));
  if (!resource) throw fail(`no such resource '${sid.includes(':') ? sid : `vm:${sid}`}'`);
  return resource;
}

function describe(digest: string, resource: Section) {
  const { id, type, values } = resource;
  const numbers = ['max_relocate', 'max_restart', 'failback'];
  const shown = Object.entries(values).map(([key, value]) => [
    key,
    numbers.includes(key) ? Number(value) : value,
  ]);
  return { sid: `${type}:${id}`, type, digest, state: 'started', ...Object.fromEntries(shown) };
}

function resourceValues({ values }: Call): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    if (!['sid', 'type', 'delete', 'digest'].includes(name)) result[name] = String(value);
  }
  if (result.state === 'enabled') result.state = 'started';
  return result;
}

function addResource(call: Call): null {
  const { world, given } = call;
  const sid = given.need('sid');
  if (sid.startsWith('ct:') || given.text('type') === 'ct')
    throw badParameters({ sid: 'the sandbox has no containers' });
  if (given.has('group'))
    throw badParameters({ group: 'cannot use group: ha groups have been migrated to rules' });
  const id = vmidOf(sid);
  if (world.haResources.get(id)) throw fail(`resource ID 'vm:${id}' already defined`);
  if (world.guests.nodeOf(Number(id)) === undefined)
    throw fail(`unable to add resource 'vm:${id}' - guest does not exist`);
  world.haResources.set({ type: 'vm', id, values: resourceValues(call) });
  followState(world, Number(id));
  return null;
}

function removeFromRule({ world }: Call, rule: Section, sid: string): void {
  const left = splitList(rule.values.resources ?? '').filter((one) => one !== sid);
  const enough = left.length >= (rule.type === 'resource-affinity' ? 2 : 1);
  if (left.length === splitList(rule.values.resources ?? '').length) return;
  if (enough) world.haRules.set({ ...rule, values: { ...rule.values, resources: left.join(',') } });
  else world.haRules.delete(rule.id);
}
