import { randomUUID } from 'node:crypto';
import { badParameters, fail } from '../refusal.ts';
import { splitList } from '../schema/formats.ts';
import { boolean, formatted, integer, type Parameters, required, text } from '../schema/parameter.ts';
import type { Token } from '../state/user-cfg.ts';
import { needUser, USERID } from './access-users.ts';
import type { Call, Permission, Route } from './route.ts';

const TOKENID = required(text({ pattern: '[A-Za-z][A-Za-z0-9\\.\\-_]+' }));
const TOKEN_OPTIONS: Parameters = { comment: text(), expire: integer({ minimum: 0 }), privsep: boolean() };
const SELF_OR_MODIFY: Permission = {
  check: ['or', ['userid-param', 'self'], ['userid-group', ['User.Modify']]],
};

export const tokenRoutes: readonly Route[] = [
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

function needToken(call: Call): Token {
  const { userid } = needUser(call);
  const tokenid = call.given.need('tokenid');
  const token = call.world.users.config.tokens.get(`${userid}!${tokenid}`);
  if (!token) throw fail(`no such token '${tokenid}' for user '${userid}'`);
  return token;
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
