import { fail } from '../refusal.ts';
import { splitList } from '../schema/formats.ts';
import { boolean, formatted, integer, type Parameters, required, text } from '../schema/parameter.ts';
import type { User } from '../state/user-cfg.ts';
import { ALL } from './permission.ts';
import type { Call, Check, Permission, Route } from './route.ts';

export const USERID = required(formatted('pve-userid', { maxLength: 64 }));
const USER_OPTIONS: Parameters = {
  comment: text({ maxLength: 2048 }),
  email: formatted('email-opt', { maxLength: 254 }),
  enable: boolean(),
  expire: integer({ minimum: 0 }),
  firstname: text({ maxLength: 1024 }),
  groups: formatted('pve-groupid-list'),
  keys: text({ pattern: '[0-9a-zA-Z!=]{0,4096}' }),
  lastname: text({ maxLength: 1024 }),
};
const allocateAnd = (group: Check): Permission => ({
  check: ['and', ['userid-param', 'Realm.AllocateUser'], group],
});

export const userRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/access/users',
    permission: ALL,
    parameters: { enabled: boolean(), full: boolean() },
    handle: ({ world, who, given }) => {
      const users = [...world.users.config.users.values()];
      const wanted = given.has('enabled')
        ? users.filter((user) => user.enable === (given.flag('enabled') ? 1 : 0))
        : users;
      const seen = who.userid === 'root@pam' ? wanted : wanted.filter((user) => user.userid === who.userid);
      return seen.map((user) => ({ ...user, 'realm-type': realmType(user.userid) }));
    },
  },
  {
    method: 'POST',
    path: '/access/users',
    permission: allocateAnd(['userid-group', ['User.Modify'], 'groups_param', 'create']),
    parameters: { ...USER_OPTIONS, password: text({ minLength: 8, maxLength: 64 }), userid: USERID },
    handle: addUser,
  },
  {
    method: 'GET',
    path: '/access/users/{userid}',
    permission: { check: ['userid-group', ['User.Modify', 'Sys.Audit']] },
    parameters: { userid: USERID },
    handle: (call) => {
      const { userid: _, ...user } = needUser(call);
      const groups = [...call.world.users.config.groups.values()].filter((group) =>
        group.members.includes(_),
      );
      const own = [...call.world.users.config.tokens.values()].filter((token) => token.userid === _);
      const tokens = Object.fromEntries(
        own.map((token) => [token.tokenid, { expire: token.expire, privsep: token.privsep }]),
      );
      return {
        ...user,
        groups: groups.map((group) => group.groupid),
        ...(own.length === 0 ? {} : { tokens }),
      };
    },
  },
  {
    method: 'PUT',
    path: '/access/users/{userid}',
    permission: { check: ['userid-group', ['User.Modify'], 'groups_param', 'update'] },
    parameters: { ...USER_OPTIONS, append: boolean({ requires: 'groups' }), userid: USERID },
    handle: (call) => {
      setUser(call, needUser(call));
      return null;
    },
  },
  {
    method: 'DELETE',
    path: '/access/users/{userid}',
    permission: allocateAnd(['userid-group', ['User.Modify']]),
    parameters: { userid: USERID },
    handle: removeUser,
  },
];

function realmType(userid: string): string {
  return userid.endsWith('@pam') ? 'pam' : 'pve';
}

export function needUser({ world, given }: Call): User {
  const userid = given.need('userid');
  const user = world.users.config.users.get(userid);
  if (!user) throw fail(`no such user ('${userid}')`);
  return user;
}

function addUser(call: Call): null {
  const { world, given } = call;
  const userid = given.need('userid');
  if (!/@(pam|pve)$/.test(userid))
    throw fail(`create user failed: domain '${userid.split('@').at(-1)}' does not exist`);
  if (world.users.config.users.has(userid)) throw fail(`create user failed: user '${userid}' already exists`);
  const user: User = { userid, enable: 1, expire: 0 };
  world.users.config.users.set(userid, user);
  setUser(call, user);
  const password = given.text('password');
  if (password !== undefined) world.secrets.setPassword(userid, password);
  return null;
}

function setUser({ world, given }: Call, user: User): void {
  for (const key of ['comment', 'email', 'firstname', 'lastname'] as const) {
    const value = given.text(key);
    if (value !== undefined) user[key] = value;
  }
  if (given.has('enable')) user.enable = given.flag('enable') ? 1 : 0;
  if (given.has('expire')) user.expire = given.integer('expire');
  if (given.has('groups')) {
    const wanted = splitList(given.need('groups'));
    for (const group of world.users.config.groups.values()) {
      const others = group.members.filter((member) => member !== user.userid);
      const stays = given.flag('append') && group.members.includes(user.userid);
      group.members = wanted.includes(group.groupid) || stays ? [...others, user.userid] : others;
    }
  }
  world.users.save();
}

function removeUser(call: Call): null {
  const { userid } = needUser(call);
  const { users, secrets } = call.world;
  if (userid === 'root@pam') throw fail("delete user failed: cannot delete user 'root@pam'");
  users.config.users.delete(userid);
  for (const [id, token] of users.config.tokens) if (token.userid === userid) users.config.tokens.delete(id);
  for (const group of users.config.groups.values())
    group.members = group.members.filter((member) => member !== userid);
  users.config.acl = users.config.acl.filter(
    (entry) => entry.ugid !== userid && !entry.ugid.startsWith(`${userid}!`),
  );
  users.save();
  secrets.forget(userid);
  return null;
}
