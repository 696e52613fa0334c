import { fail } from '../refusal.ts';
import { splitList } from '../schema/formats.ts';
import { boolean, formatted, required, text } from '../schema/parameter.ts';
import type { AclEntry } from '../state/user-cfg.ts';
import { findRole } from './access-roles.ts';
import { ALL } from './permission.ts';
import type { Call, Route } from './route.ts';

export const aclRoutes: readonly Route[] = [
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
];

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
