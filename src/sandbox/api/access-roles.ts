import { BUILT_IN_ROLES } from '../auth/roles.ts';
import { fail } from '../refusal.ts';
import { splitList } from '../schema/formats.ts';
import { boolean, formatted, required } from '../schema/parameter.ts';
import { ALL, perm } from './permission.ts';
import type { Call, Route } from './route.ts';

const ROLEID = required(formatted('pve-roleid'));

const PRIVS = formatted('pve-priv-list');

const MODIFY = { check: perm('/access', 'Sys.Modify') };

export const roleRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/access/roles',
    permission: ALL,
    parameters: {},
    handle: ({ world }) => [
      ...Object.entries(BUILT_IN_ROLES).map(([roleid, privs]) => ({
        roleid,
        privs: privs.join(','),
        special: 1,
      })),
      ...[...world.users.config.roles].map(([roleid, privs]) => ({
        roleid,
        privs: privs.join(','),
        special: 0,
      })),
    ],
  },
  {
    method: 'POST',
    path: '/access/roles',
    permission: MODIFY,
    parameters: { privs: PRIVS, roleid: ROLEID },
    handle: ({ world, given }) => {
      const roleid = given.need('roleid');
      if (findRole(world, roleid)) throw fail(`create role failed: role '${roleid}' already exists`);
      world.users.config.roles.set(roleid, splitList(given.text('privs') ?? '').sort());
      world.users.save();
      return null;
    },
  },
  {
    method: 'GET',
    path: '/access/roles/{roleid}',
    permission: ALL,
    parameters: { roleid: ROLEID },
    handle: ({ world, given }) => {
      const privileges = findRole(world, given.need('roleid'));
      if (!privileges) throw fail(`role '${given.need('roleid')}' does not exist`);
      return Object.fromEntries(privileges.map((privilege) => [privilege, 1]));
    },
  },
  {
    method: 'PUT',
    path: '/access/roles/{roleid}',
    permission: MODIFY,
    parameters: { append: boolean({ requires: 'privs' }), privs: PRIVS, roleid: ROLEID },
    handle: ({ world, given }) => {
      const roleid = given.need('roleid');
      if (BUILT_IN_ROLES[roleid]) throw fail(`auto-generated role '${roleid}' cannot be modified`);
      const before = world.users.config.roles.get(roleid);
      if (!before) throw fail(`role '${roleid}' does not exist`);
      const set = splitList(given.text('privs') ?? '');
      world.users.config.roles.set(
        roleid,
        [...new Set(given.flag('append') ? [...before, ...set] : set)].sort(),
      );
      world.users.save();
      return null;
    },
  },
  {
    method: 'DELETE',
    path: '/access/roles/{roleid}',
    permission: MODIFY,
    parameters: { roleid: ROLEID },
    handle: ({ world, given }) => {
      const roleid = given.need('roleid');
      if (BUILT_IN_ROLES[roleid]) throw fail(`auto-generated role '${roleid}' cannot be deleted`);
      if (!world.users.config.roles.delete(roleid))
        throw fail(`delete role failed: role '${roleid}' does not exist`);
      world.users.config.acl = world.users.config.acl.filter((entry) => entry.roleid !== roleid);
      world.users.save();
      return null;
    },
  },
];

/** Of a built-in role or one of the cluster's own. */
export function findRole(world: Call['world'], roleid: string): readonly string[] | undefined {
  return BUILT_IN_ROLES[roleid] ?? world.users.config.roles.get(roleid);
}
