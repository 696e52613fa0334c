/**
 * Takes `virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=20` or `local-lvm:vm-100-disk-0,size=8G` apart.
 * `defaultKey` is the key that may be left out (`model`, `file`, `volume`, …).
 */
export function parseProperties(text: string, defaultKey = ''): Record<string, string> {
  const properties: Record<string, string> = {};
  for (const part of splitCommas(text)) {
    const at = part.indexOf('=');
    const key = at > 0 ? part.slice(0, at) : '';
    // A volume may hold `=` only behind a `/`, `:` or blank, and no key does.
    if (KEY.test(key)) properties[key] = unquote(part.slice(at + 1));
    else properties[defaultKey] = unquote(part);
  }
  return properties;
}

/** The text for properties; undefined ones are left out, booleans are 1 and 0, the default key goes bare. */
export function formatProperties(
  properties: Readonly<Record<string, string | number | boolean | undefined>>,
  defaultKey = '',
): string {
  const parts: string[] = [];
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    const text = typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
    if (key === defaultKey) parts.unshift(text);
    else parts.push(`${key}=${text}`);
  }
  return parts.join(',');
}

/**
 * A guest's option has this value already, whatever the order of its properties and however PVE wrote it
 * down: with a disk's `size` added, a MAC in upper case, tags sorted, a key list percent-encoded.
 */
export function sameValue(key: string, wanted: string, actual: unknown): boolean {
  if (actual === undefined || actual === null) return false;
  const now = String(actual);
  if (wanted === now) return true;
  if (key === 'tags') return sameWords(wanted, now);
  if (key === 'sshkeys') return decoded(wanted).trim() === decoded(now).trim();
  if (key === 'description') return wanted.trimEnd() === now.trimEnd();
  if (key === 'args' || !/[=,]/.test(wanted)) return false;
  const ours = parseProperties(wanted);
  const theirs = parseProperties(now);
  if (!('size' in ours)) delete theirs.size;
  const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
  return [...keys].every((name) => sameText(ours[name], theirs[name]));
}

/** `on` and `1` are the same to PVE, and a MAC has no case. */
function sameText(one: string | undefined, other: string | undefined): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined) return false;
  if (MAC.test(one)) return one.toUpperCase() === other.toUpperCase();
  return BOOLEANS[one] !== undefined && BOOLEANS[one] === BOOLEANS[other];
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  1: true,
  on: true,
  yes: true,
  0: false,
  off: false,
  no: false,
};

/** PVE writes tags in lower case, unless the datacenter's `tag-style` tells cases apart. */
function sameWords(one: string, other: string): boolean {
  const words = (text: string) =>
    [
      ...new Set(
        text
          .toLowerCase()
          .split(/[;, ]+/)
          .filter((word) => word !== ''),
      ),
    ]
      .sort()
      .join();
  return words(one) === words(other);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The NIC's model stands as a key with the MAC as its value: `virtio=BC:24:11:00:00:01`. */
export function macOf(nic: string): string | undefined {
  for (const value of Object.values(parseProperties(nic, 'model'))) {
    if (MAC.test(value)) return value.toUpperCase();
  }
  return undefined;
}

const KEY = /^[A-Za-z][A-Za-z0-9_-]*$/;
const MAC = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i;

/** A quoted value may hold commas: PVE reads `key="a,b"`. */
function splitCommas(text: string): string[] {
  return text.match(/(?:"(?:\\.|[^"\\])*"|[^,"]|")+/g) ?? [];
}

function unquote(value: string): string {
  if (!/^".*"$/s.test(value)) return value;
  return value.slice(1, -1).replace(/\\(.)/g, '$1');
}
