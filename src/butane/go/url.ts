import { isIPv6 } from 'node:net';
import { textFromBytes } from '../byte-text.ts';

/** A URL as far as checks need it. */
export interface GoUrl {
  /** In lower case; '' without one. */
  scheme: string;
  /** What follows the scheme of a URL without slashes. */
  opaque: string;
  /** The first value of each key; what cannot be decoded is left out. */
  query: Map<string, string>;
}

/** Takes a URL apart by the rules of Go's `net/url`; undefined for what Go refuses. */
export function parseUrl(text: string): GoUrl | undefined {
  const hash = text.indexOf('#');
  const address = hash < 0 ? text : text.slice(0, hash);
  if (!hasValidEscapes(hash < 0 ? '' : text.slice(hash + 1)) || CONTROL.test(address)) return undefined;
  if (address === '*') return { scheme: '', opaque: '', query: new Map() };
  if (address.startsWith(':')) return undefined;

  const scheme = (/^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(address)?.[1] ?? '').toLowerCase();
  const behind = scheme === '' ? address : address.slice(scheme.length + 1);
  const mark = behind.indexOf('?');
  let rest = mark < 0 ? behind : behind.slice(0, mark);
  const query = parseQuery(mark < 0 ? '' : behind.slice(mark + 1));

  if (!rest.startsWith('/')) {
    if (scheme !== '') return { scheme, opaque: rest, query };
    if (rest.split('/', 1)[0]!.includes(':')) return undefined;
  }
  if ((scheme !== '' || !rest.startsWith('///')) && rest.startsWith('//')) {
    const slash = rest.indexOf('/', 2);
    const authority = rest.slice(2, slash < 0 ? undefined : slash);
    rest = slash < 0 ? '' : rest.slice(slash);
    if (!isAuthority(authority)) return undefined;
  }
  return hasValidEscapes(rest) ? { scheme, opaque: '', query } : undefined;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;
const USERINFO = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/;
const HOST = /^[A-Za-z0-9!$&'()*+,;=:[\]<>"\-_.~\u0080-\uffff%]*$/;

function hasValidEscapes(text: string): boolean {
  return !/%(?![0-9A-Fa-f]{2})/.test(text);
}

function isAuthority(authority: string): boolean {
  const at = authority.lastIndexOf('@');
  const userinfo = authority.slice(0, Math.max(at, 0));
  return isHost(authority.slice(at + 1)) && USERINFO.test(userinfo) && hasValidEscapes(userinfo);
}

function isHost(host: string): boolean {
  if (!host.startsWith('[')) {
    const colon = host.lastIndexOf(':');
    return isPort(colon < 0 ? '' : host.slice(colon)) && isHostText(host);
  }
  const end = host.lastIndexOf(']');
  if (end < 0 || !isPort(host.slice(end + 1))) return false;
  const inner = host.slice(1, end);
  const zone = inner.indexOf('%25');
  if (zone < 0) return isHostText(host) && isIPv6(inner);
  return isIPv6(inner.slice(0, zone)) && isZone(inner.slice(zone + 3));
}

function isPort(text: string): boolean {
  return text === '' || /^:\d*$/.test(text);
}

/** Only bytes beyond ASCII (and the percent sign) may be escaped in a host. */
function isHostText(text: string): boolean {
  return HOST.test(text) && hasValidEscapes(text) && !/%(?!25)[0-7]/.test(text);
}

/** A zone may have whatever a host may, escaped or not, and spaces. */
function isZone(text: string): boolean {
  if (text === '' || !HOST.test(text) || !hasValidEscapes(text)) return false;
  return [...text.matchAll(/%([0-9A-Fa-f]{2})/g)].every(([, hex]) => {
    const code = Number.parseInt(hex!, 16);
    return code === 0x20 || code === 0x25 || code < 0x80 === HOST.test(String.fromCharCode(code));
  });
}

function parseQuery(text: string): Map<string, string> {
  const query = new Map<string, string>();
  for (const pair of text.split('&')) {
    if (pair === '' || pair.includes(';') || !hasValidEscapes(pair)) continue;
    const equals = pair.indexOf('=');
    const key = queryText(equals < 0 ? pair : pair.slice(0, equals));
    if (!query.has(key)) query.set(key, equals < 0 ? '' : queryText(pair.slice(equals + 1)));
  }
  return query;
}

function queryText(text: string): string {
  return text
    .replaceAll('+', ' ')
    .replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) =>
      textFromBytes(Uint8Array.from(run.slice(1).split('%'), (hex) => Number.parseInt(hex, 16))),
    );
}
