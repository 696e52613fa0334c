import type { GuestIdentity } from '../facts/facts.ts';

/** The tag that every guest of ours carries. */
export const OUR_TAG = 'proxwright';

const MARK = 'proxwright:';
const ORDER = ['template', 'cluster', 'group', 'index', 'image', 'kea', 'uid', 'spec'] as const;

/** Who a guest is, where its description ends with our line; undefined where it does not. */
export function readIdentity(description: string): GuestIdentity | undefined {
  const line = lastLine(description);
  if (!line.startsWith(`${MARK} `)) return undefined;
  const values = new Map<string, string>();
  for (const word of line.slice(MARK.length).trim().split(/\s+/)) {
    const at = word.indexOf('=');
    const value = at > 0 ? decode(word.slice(at + 1)) : undefined;
    if (value === undefined || values.has(word.slice(0, at))) return undefined;
    values.set(word.slice(0, at), value);
  }
  const uid = values.get('uid');
  const spec = values.get('spec');
  const index = values.get('index');
  if (!uid || spec === undefined || (index !== undefined && !/^\d{1,6}$/.test(index))) return undefined;
  const identity: GuestIdentity = { uid, spec };
  for (const key of ['cluster', 'group', 'template', 'image', 'kea'] as const) {
    const value = values.get(key);
    if (value !== undefined) identity[key] = value;
  }
  if (index !== undefined) identity.index = Number(index);
  return identity;
}

/** The description with our line as its last one: an older one is replaced, other people's text stays. */
export function writeIdentity(description: string, identity: GuestIdentity): string {
  const words = ORDER.flatMap((key) => {
    const value = identity[key];
    return value === undefined ? [] : [`${key}=${encode(String(value))}`];
  });
  const foreign = stripIdentity(description);
  const gap = foreign === '' || foreign.endsWith('\n') ? '' : '\n';
  return `${foreign}${gap}${MARK} ${words.join(' ')}`;
}

/** The description without our line. */
export function stripIdentity(description: string): string {
  if (!lastLine(description).startsWith(`${MARK} `)) return description;
  const body = description.trimEnd();
  return body.slice(0, body.lastIndexOf('\n') + 1);
}

function lastLine(description: string): string {
  return description.trimEnd().split('\n').at(-1)?.trim() ?? '';
}

/** Values stand between blanks, so theirs are encoded; image names with `/` and `:` stay readable. */
function encode(value: string): string {
  return value.replace(/[\s%=]|[^\x20-\x7e]/gu, encodeURIComponent);
}

function decode(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
