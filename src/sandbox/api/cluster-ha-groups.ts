import { hasMigratedGroups } from '../guest/ha.ts';
import { badParameters, fail } from '../refusal.ts';
import { splitList } from '../schema/formats.ts';
import { boolean, formatted, oneOf, type Parameters, required, text } from '../schema/parameter.ts';
import type { Section } from '../state/section-config.ts';
import { onRoot } from './permission.ts';
import type { Call, Route } from './route.ts';

const AUDIT = onRoot('Sys.Audit');
const CONSOLE = onRoot('Sys.Console');
const GROUP = required(formatted('pve-configid'));
const OPTIONS: Parameters = {
  comment: text({ maxLength: 4096 }),
  group: GROUP,
  nofailback: boolean(),
  restricted: boolean(),
};

/** Groups, which PVE 8 has and PVE 9 turns into rules. */
export const haGroupRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/cluster/ha/groups',
    permission: AUDIT,
    parameters: {},
    handle: (call) => {
      refuseMigrated(call, 'index groups');
      return call.world.haGroups.all().map((group) => describe(group, call.world.haGroups.digest()));
    },
  },
  {
    method: 'POST',
    path: '/cluster/ha/groups',
    permission: CONSOLE,
    parameters: { ...OPTIONS, nodes: required(formatted('pve-ha-node-list')), type: oneOf(['group']) },
    handle: (call) => {
      const { world, given } = call;
      refuseMigrated(call, 'create group');
      const id = given.need('group');
      if (world.haGroups.get(id)) throw fail(`create ha group failed: ha group ID '${id}' already defined`);
      world.haGroups.set({ type: 'group', id, values: valuesOf(call) });
      return null;
    },
  },
  {
    method: 'GET',
    path: '/cluster/ha/groups/{group}',
    permission: AUDIT,
    parameters: { group: GROUP },
    handle: (call) => {
      refuseMigrated(call, 'read group');
      return describe(needGroup(call), call.world.haGroups.digest());
    },
  },
  {
    method: 'PUT',
    path: '/cluster/ha/groups/{group}',
    permission: CONSOLE,
    parameters: {
      ...OPTIONS,
      delete: formatted('pve-configid-list', { maxLength: 4096 }),
      digest: text({ maxLength: 64 }),
      nodes: formatted('pve-ha-node-list'),
    },
    handle: (call) => {
      refuseMigrated(call, 'update group');
      const { world, given } = call;
      const digest = given.text('digest');
      if (digest && digest !== world.haGroups.digest())
        throw fail(
          'update ha group failed: detected modified configuration - file changed by other user? Try again.',
        );
      const group = needGroup(call, 'update ha group failed: ');
      const values = { ...group.values, ...valuesOf(call) };
      for (const name of splitList(given.text('delete') ?? '')) delete values[name];
      world.haGroups.set({ ...group, values });
      return null;
    },
  },
  {
    method: 'DELETE',
    path: '/cluster/ha/groups/{group}',
    permission: CONSOLE,
    parameters: { group: GROUP },
    handle: (call) => {
      refuseMigrated(call, 'delete group');
      const { world, given } = call;
      const id = given.need('group');
      const user = world.haResources.all().find((resource) => resource.values.group === id);
      if (user) throw fail(`delete ha group failed: ha group is used by service 'vm:${user.id}'`);
      world.haGroups.delete(id);
      return null;
    },
  },
];

/** Of a call that names a group. A new resource may name one that does not exist, a change may not. */
export function checkGroup(call: Call, { mustExist }: { mustExist: boolean }): void {
  const group = call.given.text('group');
  if (group === undefined) return;
  if (hasMigratedGroups(call.world))
    throw fail("invalid parameter 'group': ha groups have been migrated to rules");
  if (mustExist && !call.world.haGroups.get(group)) throw fail(`HA group '${group}' does not exist`);
}

/** What the API of PVE 8 does not know yet. */
export function refuseNewer(call: Call, names: readonly string[]): void {
  if (Number.parseInt(call.world.nodes.facts.version.release, 10) >= 9) return;
  const text = 'property is not defined in schema and the schema does not allow additional properties';
  const given = names.filter((name) => call.given.has(name));
  if (given.length > 0) throw badParameters(Object.fromEntries(given.map((name) => [name, text])));
}

function refuseMigrated({ world }: Call, what: string): void {
  if (hasMigratedGroups(world)) throw fail(`cannot ${what}: ha groups have been migrated to rules`);
}

function needGroup({ world, given }: Call, before = ''): Section {
  const group = world.haGroups.get(given.need('group'));
  if (!group) throw fail(`${before}no such ha group '${given.need('group')}'`);
  return group;
}

function valuesOf({ values }: Call): Record<string, string> {
  const kept = ['comment', 'nodes', 'nofailback', 'restricted'];
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (kept.includes(name) ? [[name, String(value)]] : [])),
  );
}

function describe({ id, values }: Section, digest: string) {
  const { nofailback, restricted, ...rest } = values;
  return {
    group: id,
    type: 'group',
    digest,
    ...rest,
    ...(nofailback === undefined ? {} : { nofailback: Number(nofailback) }),
    ...(restricted === undefined ? {} : { restricted: Number(restricted) }),
  };
}
