import type { IncomingHttpHeaders } from 'node:http';
import { Refusal } from '../refusal.ts';
import type { World } from '../world.ts';
import type { Identity } from './permissions.ts';
import { verifyCsrf, verifyTicket } from './tickets.ts';

/**
 * Who sent a request: by API token, or by ticket from the cookie (raw or URL-encoded) or the Authorization header.
 * A write by ticket must carry its CSRF token. Throws a 401, which is answered without a body.
 */
export function identify(world: World, headers: IncomingHttpHeaders, method: string): Identity {
  const authorization = headers.authorization ?? '';
  const token = /^PVEAPIToken[= ](.+)$/.exec(authorization)?.[1];
  if (token !== undefined) return byToken(world, token);
  const ticket = /^PVEAuthCookie[= ](.+)$/.exec(authorization)?.[1] ?? cookie(headers.cookie ?? '');
  if (ticket === undefined) throw new Refusal(401, 'No ticket');
  const userid = verifyTicket(world, unescaped(ticket));
  if (userid === undefined) throw new Refusal(401, 'permission denied - invalid PVE ticket');
  if (!isEnabled(world, userid)) throw new Refusal(401, `permission denied - invalid PVE ticket`);
  const csrf = headers.csrfpreventiontoken;
  if (method !== 'GET' && !(typeof csrf === 'string' && verifyCsrf(world, csrf, userid))) {
    throw new Refusal(401, 'Permission denied - invalid csrf token');
  }
  return { userid };
}

export function isEnabled(world: World, userid: string): boolean {
  const user = world.users.config.users.get(userid);
  return user !== undefined && user.enable === 1 && (user.expire === 0 || user.expire > world.pace.seconds());
}

function byToken(world: World, text: string): Identity {
  const match = /^([^\s:/]+@[A-Za-z][A-Za-z0-9.\-_]+)!([A-Za-z][A-Za-z0-9.\-_]+)[=:](\S+)$/.exec(text);
  if (!match) throw new Refusal(401, 'unable to parse API token');
  const [, userid = '', tokenid = '', value = ''] = match;
  const token = world.users.config.tokens.get(`${userid}!${tokenid}`);
  if (!token || !isEnabled(world, userid))
    throw new Refusal(401, `no such token '${tokenid}' for user '${userid}'`);
  if (!world.secrets.isToken(`${userid}!${tokenid}`, value)) throw new Refusal(401, 'invalid token value!');
  if (token.expire !== 0 && token.expire < world.pace.seconds()) throw new Refusal(401, 'token expired');
  return { userid, tokenid };
}

function cookie(header: string): string | undefined {
  for (const part of header.split(';')) {
    const [name, ...value] = part.trim().split('=');
    if (name === 'PVEAuthCookie') return value.join('=');
  }
  return undefined;
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
