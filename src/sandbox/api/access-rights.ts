import { BUILT_IN_ROLES } from '../auth/roles.ts';
import { fail } from '../refusal.ts';
import { splitList } from '../schema/formats.ts';
import { boolean, formatted, required, text } from '../schema/parameter.ts';
import type { AclEntry } from '../state/user-cfg.ts';
import { ALL, anyOf, perm, WORLD } from './permission.ts';
import type { Call, Route } from './route.ts';

const ROLEID = required(formatted('pve-roleid'));
const GROUPID = required(formatted('pve-groupid'));
const PRIVS = formatted('pve-priv-list');
const MODIFY = { check: perm('/access', 'Sys.Modify') };
const GROUP_ALLOCATE = { check: perm('/access/groups', 'Group.Allocate') };

export const rightsRoutes: readonly Route[] = [
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
  {
    method: 'GET',
    path: '/access/acl',
    permission: ALL,
    parameters: {},
    handle: (call) => {
      const all = call.can('/access', ['Sys.Audit']);
      return call.world.users.config.acl.filter(
        (entry) => all || call.can(entry.path, ['Permissions.Modify']),
      );
    },
  },
  {
    method: 'PUT',
    path: '/access/acl',
    permission: { check: ['perm-modify', '{path}'] },
    parameters: {
      delete: boolean(),
      groups: formatted('pve-groupid-list'),
      path: required(text()),
      propagate: boolean(),
      roles: required(formatted('pve-roleid-list')),
      tokens: formatted('pve-tokenid-list'),
      users: formatted('pve-userid-list'),
    },
    handle: changeAcl,
  },
  {
    method: 'GET',
    path: '/access/groups',
    permission: ALL,
    parameters: {},
    handle: (call) =>
      [...call.world.users.config.groups.values()]
        .filter((group) =>
          call.can(`/access/groups/${group.groupid}`, ['User.Modify', 'Sys.Audit', 'Group.Allocate'], true),
        )
        .map(({ members, ...group }) => ({ ...group, users: members.join(',') })),
  },
  {
    method: 'POST',
    path: '/access/groups',
    permission: GROUP_ALLOCATE,
    parameters: { comment: text(), groupid: GROUPID },
    handle: ({ world, given }) => {
      const groupid = given.need('groupid');
      if (world.users.config.groups.has(groupid))
        throw fail(`create group failed: group '${groupid}' already exists`);
      const comment = given.text('comment');
      world.users.config.groups.set(groupid, {
        groupid,
        members: [],
        ...(comment === undefined ? {} : { comment }),
      });
      world.users.save();
      return null;
    },
  },
  {
    method: 'GET',
    path: '/access/groups/{groupid}',
    permission: { check: anyOf('/access/groups', 'Sys.Audit', 'Group.Allocate') },
    parameters: { groupid: GROUPID },
    handle: (call) => {
      const { groupid: _, ...group } = needGroup(call);
      return group;
    },
  },
  {
    method: 'PUT',
    path: '/access/groups/{groupid}',
    permission: GROUP_ALLOCATE,
    parameters: { comment: text(), groupid: GROUPID },
    handle: (call) => {
      needGroup(call).comment = call.given.text('comment') ?? '';
      call.world.users.save();
      return null;
    },
  },
  {
    method: 'DELETE',
    path: '/access/groups/{groupid}',
    permission: GROUP_ALLOCATE,
    parameters: { groupid: GROUPID },
    handle: (call) => {
      call.world.users.config.groups.delete(needGroup(call).groupid);
      call.world.users.save();
      return null;
    },
  },
  {
    method: 'GET',
    path: '/access/domains',
    permission: WORLD,
    parameters: {},
    handle: () => [
      { realm: 'pam', type: 'pam', comment: 'Linux PAM standard authentication' },
      { realm: 'pve', type: 'pve', comment: 'Proxmox VE authentication server' },
    ],
  },
];

function findRole(world: Call['world'], roleid: string): readonly string[] | undefined {
  return BUILT_IN_ROLES[roleid] ?? world.users.config.roles.get(roleid);
}

function needGroup({ world, given }: Call) {
  const group = world.users.config.groups.get(given.need('groupid'));
  if (!group) throw fail(`group '${given.need('groupid')}' does not exist`);
  return group;
}

const PATHS = /^\/(?:$|(?:access|vms|storage|nodes|pool|sdn|mapping)(?:\/[A-Za-z0-9.\-_:@!]+)*$)/;

function changeAcl({ world, given }: Call): null {
  const failed = (text: string) => fail(`ACL update failed: ${text}`);
  const path = given.need('path').replace(/\/+$/, '') || '/';
  if (!PATHS.test(path)) throw failed(`invalid ACL path '${path}'`);
  const { config } = world.users;
  const holders: { type: AclEntry['type']; ugid: string }[] = [
    ...splitList(given.text('groups') ?? '').map((ugid) => ({ type: 'group' as const, ugid })),
    ...splitList(given.text('users') ?? '').map((ugid) => ({ type: 'user' as const, ugid })),
    ...splitList(given.text('tokens') ?? '').map((ugid) => ({ type: 'token' as const, ugid })),
  ];
  const propagate = given.has('propagate') && !given.flag('propagate') ? 0 : 1;
  for (const roleid of splitList(given.need('roles'))) {
    if (!findRole(world, roleid)) throw failed(`role '${roleid}' does not exist`);
    for (const { type, ugid } of holders) {
      const known = { group: config.groups, user: config.users, token: config.tokens }[type].has(ugid);
      if (!known) throw failed(`${type} '${ugid}' does not exist`);
      const others = config.acl.filter(
        (entry) => entry.path !== path || entry.ugid !== ugid || entry.roleid !== roleid,
      );
      config.acl = given.flag('delete') ? others : [...others, { path, type, ugid, roleid, propagate }];
    }
  }
  world.users.save();
  return null;
}
