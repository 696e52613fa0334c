import { TargetError } from '../errors.ts';
import { type Endpoint, place } from './connect.ts';
import type { HttpAnswer, HttpRequest } from './exchange.ts';

/** Where the answer sends us, or undefined. */
export function redirectOf(answer: HttpAnswer): string | undefined {
  return [301, 302, 307, 308].includes(answer.status) ? (answer.headers.location ?? '') : undefined;
}

/**
 * The same request at the place a redirect names. Credentials go to another host only when it has to prove
 * itself by the same pinned authority or fingerprint; a public or unchecked certificate proves nothing here.
 */
export function followRedirect(
  location: string,
  from: Endpoint,
  wanted: HttpRequest,
): { endpoint: Endpoint; request: HttpRequest } {
  const base = `https://${place(from)}${wanted.path}`;
  const target = URL.canParse(location, base) ? new URL(location, base) : undefined;
  const refuse = (why: string) =>
    new TargetError('the node redirects to a place that must not get our credentials', {
      where: place(from),
      why: `${location || 'no place'}: ${why}`,
      fix: 'name the node itself as target, not a proxy before it',
    });
  if (!target || !location) throw refuse('not an address');
  if (target.protocol !== 'https:') throw refuse('not https');
  const endpoint = {
    ...from,
    host: target.hostname.replace(/^\[|\]$/g, ''),
    port: Number(target.port || 443),
  };
  if (place(endpoint) !== place(from)) {
    if (from.insecure || (!from.ca && !from.fingerprint))
      throw refuse('another host, which no pinned certificate vouches for');
    if (from.connect) throw refuse('another host, which the tunnel does not lead to');
    delete endpoint.servername;
  }
  return { endpoint, request: { ...wanted, path: `${target.pathname}${target.search}` } };
}
