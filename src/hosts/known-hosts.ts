import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** One line of an OpenSSH known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
export interface KnownHost {
  patterns: readonly string[];
  keyType: string;
  key: Buffer;
  revoked: boolean;
  /** `known_hosts:12`, for messages. */
  place: string;
}

export interface KnownHosts {
  hosts: readonly KnownHost[];
  /** Lines left out, and why. */
  ignored: readonly { place: string; reason: string }[];
}

export type HostKeyVerdict =
  | { is: 'known' }
  | { is: 'revoked'; place: string }
  /** The host is known by another key of the same type. */
  | { is: 'changed'; place: string }
  /** `types` are those of keys by which the host is known, none of them this one's. */
  | { is: 'unknown'; types: readonly string[] };

/** Reads a file's text. Lines that say nothing usable are ignored with a reason, as OpenSSH ignores them. */
export function parseKnownHosts(text: string, file: string): KnownHosts {
  const hosts: KnownHost[] = [];
  const ignored: { place: string; reason: string }[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    const words = line.trim().split(/[ \t]+/);
    if (words[0] === '' || words[0]?.startsWith('#')) continue;
    const place = `${file}:${at + 1}`;
    const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
    if (marker === '@cert-authority') {
      ignored.push({ place, reason: 'host certificates are not supported, host keys are' });
      continue;
    }
    const [names, keyType, base64] = words;
    const key = keyType && base64 ? Buffer.from(base64, 'base64') : undefined;
    if (!names || !keyType || !key || typeOf(key) !== keyType || (marker && marker !== '@revoked')) {
      ignored.push({ place, reason: 'not a known_hosts line' });
      continue;
    }
    hosts.push({ patterns: names.split(','), keyType, key, revoked: marker === '@revoked', place });
  }
  return { hosts, ignored };
}

/** Whether this key is the host's. */
export function judgeHostKey(
  known: readonly KnownHost[],
  { host, port, key }: { host: string; port: number; key: Buffer },
): HostKeyVerdict {
  const type = typeOf(key);
  const ours = known.filter((entry) => matches(entry.patterns, host, port));
  const revoked = ours.find((entry) => entry.revoked && entry.key.equals(key));
  if (revoked) return { is: 'revoked', place: revoked.place };
  const valid = ours.filter((entry) => !entry.revoked);
  if (valid.some((entry) => entry.key.equals(key))) return { is: 'known' };
  const other = valid.find((entry) => entry.keyType === type);
  if (other) return { is: 'changed', place: other.place };
  return { is: 'unknown', types: [...new Set(valid.map((entry) => entry.keyType))] };
}

/** Key types by which a host is known: to be asked for first, lest a known host shows an unknown key. */
export function knownTypes(known: readonly KnownHost[], host: string, port: number): string[] {
  const ours = known.filter((entry) => !entry.revoked && matches(entry.patterns, host, port));
  return [...new Set(ours.map((entry) => entry.keyType))];
}

/** The line that makes a key known. */
export function knownHostLine(host: string, port: number, key: Buffer): string {
  return `${nameOf(host, port)} ${typeOf(key)} ${key.toString('base64')}\n`;
}

/** `SHA256:…`, as `ssh-keygen -l` prints it. */
export function keyFingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The type stands first in the key itself (RFC 4253, 6.6). */
export function typeOf(key: Buffer): string {
  if (key.length < 4) return '';
  return key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1');
}

function nameOf(host: string, port: number): string {
  return port === 22 ? host : `[${host}]:${port}`;
}

function matches(patterns: readonly string[], host: string, port: number): boolean {
  const name = nameOf(host, port).toLowerCase();
  let found = false;
  for (const pattern of patterns) {
    const negated = pattern.startsWith('!');
    if (!matchesOne(negated ? pattern.slice(1) : pattern, name)) continue;
    if (negated) return false;
    found = true;
  }
  return found;
}

function matchesOne(pattern: string, name: string): boolean {
  if (pattern.startsWith('|')) return matchesHash(pattern, name);
  const source = pattern
    .toLowerCase()
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(name);
}

/** `|1|salt|hash`: HMAC-SHA1 of the name under the salt. */
function matchesHash(pattern: string, name: string): boolean {
  const [, kind, salt, hash] = pattern.split('|');
  if (kind !== '1' || !salt || !hash) return false;
  const wanted = Buffer.from(hash, 'base64');
  const seen = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return wanted.length === seen.length && timingSafeEqual(wanted, seen);
}
