import { randomUUID } from 'node:crypto';
import { badParameters, fail } from '../refusal.ts';
import { splitList } from '../schema/formats.ts';
import { boolean, formatted, integer, type Parameters, required, text } from '../schema/parameter.ts';
import type { Token, User } from '../state/user-cfg.ts';
import { ALL } from './permission.ts';
import type { Call, Check, Permission, Route } from './route.ts';

const USERID = required(formatted('pve-userid', { maxLength: 64 }));
const TOKENID = required(text({ pattern: '[A-Za-z][A-Za-z0-9\\.\\-_]+' }));
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
const TOKEN_OPTIONS: Parameters = { comment: text(), expire: integer({ minimum: 0 }), privsep: boolean() };
const SELF_OR_MODIFY: Permission = {
  check: ['or', ['userid-param', 'self'], ['userid-group', ['User.Modify']]],
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
  {
    method: 'GET',
    path: '/access/users/{userid}/token',
    permission: SELF_OR_MODIFY,
    parameters: { userid: USERID },
    handle: (call) => {
      const { userid } = needUser(call);
      const tokens = [...call.world.users.config.tokens.values()].filter((token) => token.userid === userid);
      return tokens.map(({ userid: _, ...token }) => token);
    },
  },
  {
    method: 'GET',
    path: '/access/users/{userid}/token/{tokenid}',
    permission: SELF_OR_MODIFY,
    parameters: { userid: USERID, tokenid: TOKENID },
    handle: (call) => {
      const { userid: _, tokenid: __, ...token } = needToken(call);
      return token;
    },
  },
  {
    method: 'POST',
    path: '/access/users/{userid}/token/{tokenid}',
    permission: SELF_OR_MODIFY,
    parameters: { ...TOKEN_OPTIONS, userid: USERID, tokenid: TOKENID },
    handle: addToken,
  },
  {
    method: 'PUT',
    path: '/access/users/{userid}/token/{tokenid}',
    permission: SELF_OR_MODIFY,
    parameters: {
      ...TOKEN_OPTIONS,
      delete: formatted('pve-configid-list'),
      regenerate: boolean(),
      userid: USERID,
      tokenid: TOKENID,
    },
    handle: changeToken,
  },
  {
    method: 'DELETE',
    path: '/access/users/{userid}/token/{tokenid}',
    permission: SELF_OR_MODIFY,
    parameters: { userid: USERID, tokenid: TOKENID },
    handle: (call) => {
      const { userid, tokenid } = needToken(call);
      const id = `${userid}!${tokenid}`;
      const { users, secrets } = call.world;
      users.config.tokens.delete(id);
      users.config.acl = users.config.acl.filter((entry) => entry.ugid !== id);
      users.save();
      secrets.forget(id);
      return null;
    },
  },
];

function realmType(userid: string): string {
  return userid.endsWith('@pam') ? 'pam' : 'pve';
}

function needUser({ world, given }: Call): User {
  const userid = given.need('userid');
  const user = world.users.config.users.get(userid);
  if (!user) throw fail(`no such user ('${userid}')`);
  return user;
}

function needToken(call: Call): Token {
  const { userid } = needUser(call);
  const tokenid = call.given.need('tokenid');
  const token = call.world.users.config.tokens.get(`${userid}!${tokenid}`);
  if (!token) throw fail(`no such token '${tokenid}' for user '${userid}'`);
  return token;
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

function addToken(call: Call) {
  const { world, given } = call;
  const { userid } = needUser(call);
  const tokenid = given.need('tokenid');
  const id = `${userid}!${tokenid}`;
  if (world.users.config.tokens.has(id)) throw badParameters({ tokenid: 'Token already exists.' });
  const comment = given.text('comment');
  const privsep = given.has('privsep') && !given.flag('privsep') ? 0 : 1;
  const token: Token = {
    userid,
    tokenid,
    expire: given.integer('expire'),
    privsep,
    ...(comment === undefined ? {} : { comment }),
  };
  world.users.config.tokens.set(id, token);
  world.users.save();
  const value = randomUUID();
  world.secrets.setToken(id, value);
  const expire = given.has('expire') ? { expire: given.integer('expire') } : {};
  const info = { privsep: String(privsep), ...(comment === undefined ? {} : { comment }), ...expire };
  return { 'full-tokenid': id, info, value };
}

function changeToken(call: Call) {
  const { world, given } = call;
  const token = needToken(call);
  const comment = given.text('comment');
  if (comment !== undefined) token.comment = comment;
  if (splitList(given.text('delete') ?? '').includes('comment')) delete token.comment;
  if (given.has('expire')) token.expire = given.integer('expire');
  if (given.has('privsep')) token.privsep = given.flag('privsep') ? 1 : 0;
  world.users.save();
  const { userid, tokenid, ...info } = token;
  if (!given.flag('regenerate')) return info;
  const value = randomUUID();
  world.secrets.setToken(`${userid}!${tokenid}`, value);
  return { ...info, 'full-tokenid': `${userid}!${tokenid}`, value };
}
