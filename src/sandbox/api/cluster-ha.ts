import { followState, haStatus, wakeManager } from '../guest/ha.ts';
import { resourcesOf } from '../guest/ha-rules.ts';
import { badParameters, fail } from '../refusal.ts';
import { splitList } from '../schema/formats.ts';
import { boolean, formatted, integer, oneOf, type Parameters, required, text } from '../schema/parameter.ts';
import type { Section } from '../state/section-config.ts';
import { checkGroup, refuseNewer } from './cluster-ha-groups.ts';
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
      refuseNewer(call, ['failback']);
      checkGroup(call, { mustExist: true });
      const digest = call.given.text('digest');
      if (digest && digest !== call.world.haResources.digest()) {
        throw fail(
          'update resources config failed: detected modified configuration - file changed by other user? Try again.',
        );
      }
      const before = needResource(call, 'update resources config failed: ');
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
      const { world, given } = call;
      refuseNewer(call, ['purge']);
      const id = vmidOf(given.need('sid'));
      if (!world.haResources.get(id)) throw fail(`cannot delete service 'vm:${id}', not HA managed!`);
      world.haResources.delete(id);
      const purge = !given.has('purge') || given.flag('purge');
      for (const rule of purge ? world.haRules.all() : []) removeFromRule(call, rule, `vm:${id}`);
      return null;
    },
  },
];

function vmidOf(sid: string): string {
  return sid.replace(/^(vm|ct):/, '');
}

function needResource({ world, given }: Call, before = ''): Section {
  const sid = given.need('sid');
  const resource = world.haResources.get(vmidOf(sid));
  if (!resource) throw fail(`${before}no such resource '${sid.includes(':') ? sid : `vm:${sid}`}'`);
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
  refuseNewer(call, ['failback']);
  checkGroup(call, { mustExist: false });
  const id = vmidOf(sid);
  if (world.guests.nodeOf(Number(id)) === undefined)
    throw fail(`resource 'vm:${id}' does not exist in cluster`);
  if (world.haResources.get(id)) throw fail(`create resource failed: resource ID 'vm:${id}' already defined`);
  wakeManager(world);
  world.haResources.set({ type: 'vm', id, values: resourceValues(call) });
  followState(world, Number(id));
  return null;
}

/** A rule with one resource left is kept, though it has no effect; an empty one goes. */
function removeFromRule({ world }: Call, rule: Section, sid: string): void {
  const left = resourcesOf(rule).filter((one) => one !== sid);
  if (left.length === resourcesOf(rule).length) return;
  if (left.length > 0) world.haRules.set({ ...rule, values: { ...rule.values, resources: left.join(',') } });
  else world.haRules.delete(rule.id);
}
