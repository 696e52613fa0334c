import { isEnabled } from '../auth/identify.ts';
import { fullName, knownPaths, privilegesAt } from '../auth/permissions.ts';
import { capabilities } from '../auth/roles.ts';
import { mintTicket, verifyTicket } from '../auth/tickets.ts';
import { badParameters, denied, Refusal } from '../refusal.ts';
import { boolean, formatted, required, text } from '../schema/parameter.ts';
import { ALL, WORLD } from './permission.ts';
import type { Call, Route } from './route.ts';

/** The real login answers a wrong password only after this time. */
const WRONG_PASSWORD_MS = 3000;

export const loginRoutes: readonly Route[] = [
  { method: 'GET', path: '/access/ticket', parameters: {}, permission: WORLD, handle: () => null },
  {
    method: 'POST',
    path: '/access/ticket',
    permission: WORLD,
    noToken: true,
    parameters: {
      'new-format': boolean(),
      otp: text(),
      password: required(text()),
      path: text({ maxLength: 64, requires: 'privs' }),
      privs: formatted('pve-priv-list', { maxLength: 64, requires: 'path' }),
      realm: formatted('pve-realm', { maxLength: 32 }),
      'tfa-challenge': text(),
      username: required(text({ maxLength: 64 })),
    },
    handle: login,
  },
  {
    method: 'GET',
    path: '/access/permissions',
    permission: ALL,
    parameters: {
      path: text(),
      userid: text({
        pattern: '(?:[^\\s:/]+)\\@(?:[A-Za-z][A-Za-z0-9\\.\\-_]+)(?:!(?:[A-Za-z][A-Za-z0-9\\.\\-_]+))?',
      }),
    },
    handle: permissions,
  },
  {
    method: 'PUT',
    path: '/access/password',
    noToken: true,
    permission: {
      check: [
        'or',
        ['userid-param', 'self'],
        ['and', ['userid-param', 'Realm.AllocateUser'], ['userid-group', ['User.Modify']]],
      ],
    },
    parameters: {
      'confirmation-password': text({ minLength: 5, maxLength: 64 }),
      password: required(text({ minLength: 8, maxLength: 64 })),
      userid: required(formatted('pve-userid', { maxLength: 64 })),
    },
    handle: changePassword,
  },
];

async function login({ world, given }: Call) {
  const name = given.need('username');
  const realm = given.text('realm');
  const userid = name.includes('@') ? name : `${name}@${realm ?? 'pam'}`;
  const password = given.need('password');
  // A ticket as the password renews it.
  const good =
    isEnabled(world, userid) &&
    (verifyTicket(world, password) === userid || world.secrets.isPassword(userid, password));
  if (!good) {
    await world.pace.wait(WRONG_PASSWORD_MS);
    throw new Refusal(401, 'authentication failure');
  }
  const { ticket, csrf } = mintTicket(world, userid);
  const cap = capabilities((path) => privilegesAt(world.users.config, { userid }, path));
  const cluster = world.nodes.names.length > 1 ? { clustername: world.nodes.facts.cluster } : {};
  return { username: userid, ticket, CSRFPreventionToken: csrf, cap, ...cluster };
}

function permissions(call: Call) {
  const config = call.world.users.config;
  const asked = call.given.text('userid');
  if (asked !== undefined && asked !== fullName(call.who) && !call.can('/access', ['Sys.Audit']))
    throw denied('/access, Sys.Audit');
  const [userid = '', tokenid] = (asked ?? fullName(call.who)).split('!');
  const who = tokenid === undefined ? { userid } : { userid, tokenid };
  const only = call.given.text('path');
  const result: Record<string, Record<string, 1>> = {};
  for (const path of only === undefined ? knownPaths(config) : [only]) {
    const held = [...privilegesAt(config, who, path)].sort();
    if (held.length > 0) result[path] = Object.fromEntries(held.map((privilege) => [privilege, 1 as const]));
  }
  return result;
}

function changePassword({ world, given }: Call) {
  const userid = given.need('userid');
  if (!world.users.config.users.has(userid))
    throw badParameters({ userid: `user '${userid}' does not exist` });
  world.secrets.setPassword(userid, given.need('password'));
  return null;
}
