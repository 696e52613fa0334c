import type { Field, Shape, StructShape } from './shape.ts';
import type { Struct, Value } from './value.ts';

/** An Ignition config as a JSON value: fields in Ignition's order, what is empty left out. */
export function plainIgnition(shape: StructShape, value: Struct): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const field of shape.ignition) {
    const inner = value[field.name];
    if (field.always) out[field.name] = plain(field, field.shape, inner);
    else if (inner !== undefined && (field.optional || !isEmpty(field.shape, inner))) {
      out[field.name] = plain(field, field.shape, inner);
    }
  }
  return out;
}

function plain(field: Field, shape: Shape, value: Value | undefined): unknown {
  if (shape.kind === 'struct') return plainIgnition(shape, (value ?? {}) as Struct);
  if (shape.kind === 'list') {
    if (value === undefined) return null;
    return (value as Value[]).map((item) => plain(field, shape.item, item));
  }
  if (value !== undefined) return value;
  if (shape.optional) return null;
  return { string: '', int: 0, bool: false }[shape.kind];
}

function isEmpty(shape: Shape, value: Value): boolean {
  if (shape.kind === 'list') return (value as Value[]).length === 0;
  if (shape.kind === 'struct') {
    return shape.ignition.every((field) => {
      const inner = (value as Struct)[field.name];
      return inner === undefined || (!field.optional && isEmpty(field.shape, inner));
    });
  }
  return !shape.optional && (value === '' || value === 0 || value === false);
}

/** JSON as Go writes it: `<`, `>`, `&` and line separators escaped; without a final line break. */
export function writeJson(value: unknown, pretty: boolean): string {
  const indent = pretty ? 2 : undefined;
  return stringify(value, indent).replace(DIFFERENT, (found) => {
    if (found === '\\b') return '\\u0008';
    if (found === '\\f') return '\\u000c';
    if (/^\\u[dD]/.test(found)) return '\\ufffd';
    if (found.startsWith('\\')) return found;
    return `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

// What JSON.stringify writes otherwise than Go: \b, \f, lone surrogates (bytes that are no text), and HTML.
const DIFFERENT = /\\(?:u[dD][89a-fA-F][0-9a-fA-F]{2}|.)|[<>&\u2028\u2029]/g;

// No text holds this one: bytes that are no text are U+DC80 to U+DCFF.
const BIG = '\udfff';

/** JSON.stringify that writes integers beyond 2^53 as they are. */
function stringify(value: unknown, indent: number | undefined): string {
  if (!hasBigInteger(value)) return JSON.stringify(value, undefined, indent);
  const marked = (_: string, inner: unknown) => (typeof inner === 'bigint' ? BIG + inner : inner);
  return JSON.stringify(value, marked, indent).replace(/"\\udfff(-?\d+)"/g, '$1');
}

export function hasBigInteger(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint';
  return Object.values(value).some(hasBigInteger);
}
