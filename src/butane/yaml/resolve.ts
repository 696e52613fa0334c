import { YamlError } from './error.ts';
import { type GoInteger, goInteger, parseFloat64, parseInteger, parseUnsigned } from './numbers.ts';
import { isTimestamp } from './timestamp.ts';

/** What a scalar means: the tag that its text gets, and the value for the types that have one. */
export interface Resolved {
  tag: string;
  /** null for null; undefined where only the text counts (strings, timestamps, unknown tags). */
  value: boolean | GoInteger | number | null | undefined;
  /** Set for floats, so that 3.0 is told from 3. */
  float?: true;
}

/** The tag of a plain scalar without a tag. */
export function resolveTag(text: string): string {
  return resolvePlain(text, '').tag;
}

/** Resolves a scalar under its tag (short form). Throws YamlError if the text is not of that type. */
export function resolveScalar(tag: string, text: string): Resolved {
  if (!RESOLVABLE.has(tag)) return { tag, value: undefined };
  const resolved = resolvePlain(text, tag);
  if (tag === '' || tag === '!!str' || tag === resolved.tag) return resolved;
  if (tag === '!!float' && resolved.tag === '!!int' && resolved.value !== undefined) {
    return { tag, value: Number(resolved.value), float: true };
  }
  throw new YamlError(`cannot decode ${resolved.tag} \`${text}\` as a ${tag}`);
}

/** `tag:yaml.org,2002:int` → `!!int`. */
export function shortTag(tag: string): string {
  return tag.startsWith(LONG_PREFIX) ? `!!${tag.slice(LONG_PREFIX.length)}` : tag;
}

const LONG_PREFIX = 'tag:yaml.org,2002:';
const RESOLVABLE = new Set(['', '!!str', '!!bool', '!!int', '!!float', '!!null', '!!timestamp']);

const STRING: Resolved = { tag: '!!str', value: undefined };
const NULL: Resolved = { tag: '!!null', value: null };
const WORDS = new Map<string, Resolved>([
  ['', NULL],
  ['~', NULL],
  ['<<', { tag: '!!merge', value: undefined }],
]);
for (const [word, value] of [
  ['null', null],
  ['true', true],
  ['false', false],
] as const) {
  for (const form of forms(word)) WORDS.set(form, { tag: value === null ? '!!null' : '!!bool', value });
}
for (const form of ['.nan', '.NaN', '.NAN'])
  WORDS.set(form, { tag: '!!float', value: Number.NaN, float: true });
for (const form of ['.inf', '.Inf', '.INF']) {
  WORDS.set(form, { tag: '!!float', value: Number.POSITIVE_INFINITY, float: true });
  WORDS.set(`+${form}`, { tag: '!!float', value: Number.POSITIVE_INFINITY, float: true });
  WORDS.set(`-${form}`, { tag: '!!float', value: Number.NEGATIVE_INFINITY, float: true });
}

function forms(word: string): string[] {
  return [word, word.charAt(0).toUpperCase() + word.slice(1), word.toUpperCase()];
}

function resolvePlain(text: string, tag: string): Resolved {
  if (tag === '!!str') return STRING;
  const first = text.charCodeAt(0);
  const digit = first >= 0x30 && first <= 0x39;
  if (!digit && !MAY_MEAN.has(first) && text !== '') return STRING;
  const word = WORDS.get(text);
  if (word) return word;
  // A dot can only start a float; a sign or a digit also an integer or a date.
  if (first === 0x2e)
    return (LOOSE_UNDERSCORE.test(text) ? undefined : float(text.replaceAll('_', ''))) ?? STRING;
  if (!digit && first !== 0x2b && first !== 0x2d) return STRING;
  if (COMMON_INTEGER.test(text))
    return { tag: '!!int', value: Number.parseInt(text, first === 0x30 ? 8 : 10) };
  if ((tag === '' || tag === '!!timestamp') && isTimestamp(text))
    return { tag: '!!timestamp', value: undefined };
  return number(text.replaceAll('_', '')) ?? STRING;
}

// Ports, ids and modes, which need none of what follows.
const COMMON_INTEGER = /^(?:[1-9][0-9]{0,8}|0[0-7]{0,8})$/;

// + - . ~ < and the first letters of the words above; yaml.v3 looks at no others.
const MAY_MEAN = new Set([...'+-.~yYnNtTfFoO'].map((char) => char.charCodeAt(0)));
MAY_MEAN.add(0x3c);

// Behind a leading dot an underscore has to stand between digits; elsewhere yaml.v3 drops them all.
const LOOSE_UNDERSCORE = /(^|[^0-9])_|_([^0-9]|$)/;

function float(text: string): Resolved | undefined {
  const value = parseFloat64(text);
  return value === undefined ? undefined : { tag: '!!float', value, float: true };
}

function integer(value: bigint | undefined): Resolved | undefined {
  return value === undefined ? undefined : { tag: '!!int', value: goInteger(value) };
}

function number(text: string): Resolved | undefined {
  return (
    integer(parseInteger(text, 0)) ?? integer(parseUnsigned(text, 0)) ?? float(text) ?? oddlySigned(text)
  );
}

/** A sign behind the prefix, as in `0b-1` and `0o-7`, which yaml.v3 lets pass. */
function oddlySigned(text: string): Resolved | undefined {
  const match = /^(-?)0([bo])(.*)$/s.exec(text);
  if (!match) return undefined;
  const base = match[2] === 'b' ? 2 : 8;
  const digits = match[1]! + match[3]!;
  const unsigned = match[1] === '' ? parseUnsigned(digits, base) : undefined;
  return integer(parseInteger(digits, base)) ?? integer(unsigned);
}
