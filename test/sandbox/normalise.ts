/** What differs from run to run, or describes the machine that a recording was made on, replaced by its kind. */
export function normalise(value: unknown, key = ''): unknown {
  if (typeof value === 'number') return '<number>';
  if (typeof value === 'string') return normaliseText(value, key);
  if (Array.isArray(value)) {
    return key === 'loadavg' ? '<load>' : value.map((item) => normalise(item)).sort(byIdentity);
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, one]): [string, unknown] => [name, normalise(one, name)])
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/** Lists that the API joins in the order of a Perl hash. */
const UNORDERED = ['content', 'privs'];
/** Words of the recording machine's processor and kernel. */
const MACHINE = ['flags', 'family', 'mhz', 'hvm', 'kversion', 'version'];
const SECRETS = ['ticket', 'CSRFPreventionToken', 'value'];

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/UPID:\S+?:(?=$|\s)/g, '<upid>'],
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, '<uuid>'],
  [/\b[0-9A-F]{2}(?::[0-9A-F]{2}){31}\b/g, '<fingerprint>'],
  [/\b[0-9A-F]{2}(?::[0-9A-F]{2}){5}\b/gi, '<mac>'],
  [/\b[0-9a-f]{40}\b/g, '<digest>'],
  [/\bfe80::[0-9a-f:]+/g, '<link-local>'],
  [/pveupload-[0-9a-f]+/g, 'pveupload-<hex>'],
  [/ctime=\d+/g, 'ctime=<time>'],
  [/--\d{4}-\d\d-\d\d \d\d:\d\d:\d\d--/g, '--<time>--'],
];

export function normaliseText(text: string, key = ''): string {
  if (MACHINE.includes(key) && !/^9\.\d/.test(text)) return '<machine>';
  if (SECRETS.includes(key) && (/^<.*>$/.test(text) || /^PVE:|^[0-9A-F]{8}:|^[0-9a-f-]{36}$/.test(text)))
    return '<secret>';
  const replaced = PATTERNS.reduce((done, [pattern, name]) => done.replace(pattern, name), text);
  return UNORDERED.includes(key) ? replaced.split(',').sort().join(',') : replaced;
}

/** Two values' types, deep: what is left when a list's length and content are history. */
export function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, one]): [string, unknown] => [name, shape(one)])
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/** As Python's json.dumps writes it, in which long bodies of the recording were cut. */
export function dumpLikePython(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(dumpLikePython).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([name, one]) => `${JSON.stringify(name)}: ${dumpLikePython(one)}`).join(', ')}}`;
}

function byIdentity(one: unknown, other: unknown): number {
  const left = JSON.stringify(one);
  const right = JSON.stringify(other);
  return left < right ? -1 : left > right ? 1 : 0;
}
