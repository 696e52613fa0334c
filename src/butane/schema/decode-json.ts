import type { JsonNode } from '../go/json.ts';
import { type GoInteger, goInteger, parseInteger } from '../yaml/numbers.ts';
import type { Field, LeafShape, Shape, StructShape } from './shape.ts';
import type { Struct, Value } from './value.ts';

/**
 * Reads an Ignition config. Go goes on after a value of the wrong type and tells of the first one; so
 * `problem` is that first one.
 */
export function decodeIgnition(node: JsonNode, shape: StructShape): { value: Struct; problem?: string } {
  let problem: string | undefined;

  const mismatch = (found: string, target: Shape, at: Place | undefined): undefined => {
    const where = at ? `Go struct field ${at.struct}.${at.path.join('.')}` : 'Go value';
    problem ??= `json: cannot unmarshal ${found} into ${where} of type ${typeName(target)}`;
  };

  const read = (from: JsonNode, target: Shape, at: Place | undefined): Value | undefined => {
    if (from.kind === 'null') return undefined;
    if (target.kind === 'struct') {
      return from.kind === 'object' ? readStruct(from, target, at) : mismatch(from.kind, target, at);
    }
    if (target.kind === 'list') {
      if (from.kind !== 'array') return mismatch(from.kind, target, at);
      return from.items.map((item) => read(item, target.item, at) ?? emptyOf(target.item));
    }
    return readLeaf(from, target, (found) => mismatch(found, target, at));
  };

  const readStruct = (
    from: JsonNode & { kind: 'object' },
    target: StructShape,
    at: Place | undefined,
  ): Struct => {
    const out: Struct = {};
    for (const [i, key] of from.keys.entries()) {
      const field = findField(target, key);
      if (!field) continue;
      const outer = at?.path ?? [];
      const path = [...outer, ...(field.embedded ? [field.embedded] : []), field.name];
      const value = read(from.values[i]!, field.shape, { struct: target.name, path });
      if (value !== undefined) out[field.name] = value;
    }
    return out;
  };

  const value = (read(node, shape, undefined) ?? {}) as Struct;
  return problem === undefined ? { value } : { value, problem };
}

/** The struct that holds a field and the way there, as Go's messages name it. */
interface Place {
  struct: string;
  path: string[];
}

function findField(shape: StructShape, key: string): Field | undefined {
  const folded = key.toLowerCase();
  return (
    shape.ignition.find((field) => field.name === key) ??
    shape.ignition.find((field) => field.name.toLowerCase() === folded)
  );
}

function readLeaf(
  from: JsonNode,
  target: LeafShape,
  mismatch: (found: string) => undefined,
): string | GoInteger | boolean | undefined {
  if (from.kind === 'string') return target.kind === 'string' ? from.text : mismatch('string');
  if (from.kind === 'bool') return target.kind === 'bool' ? from.value : mismatch('bool');
  if (from.kind !== 'number') return mismatch(from.kind);
  if (target.kind !== 'int') return mismatch('number');
  const value = /^-?\d+$/.test(from.literal) ? parseDecimal(from.literal) : undefined;
  return value === undefined ? mismatch(`number ${from.literal}`) : goInteger(value);
}

function parseDecimal(literal: string): bigint | undefined {
  // JSON has no leading zeros, so no prefix can mislead.
  return parseInteger(literal, 0);
}

function emptyOf(shape: LeafShape | StructShape): Value {
  return { struct: {}, string: '', int: 0, bool: false }[shape.kind];
}

function typeName(shape: Shape): string {
  return shape.type.replace(/^(\[\])?v\w+\./, '$1types.');
}
