import type { z } from 'zod';
import { type AnswerMeta, metaOf } from './meta.ts';

/** A schema as the rest of this folder wants to see it: wrappers taken off, only what can stand in YAML. */
export interface Shape {
  form: Form;
  meta: AnswerMeta;
  /** The key may be left out. */
  optional: boolean;
  /** What then holds, as the schema gives it out. */
  default?: unknown;
}

export type Form =
  | { kind: 'text' }
  | { kind: 'number'; whole: boolean; min?: number; max?: number }
  | { kind: 'toggle' }
  | { kind: 'choice'; values: readonly unknown[] }
  | { kind: 'secret' }
  | { kind: 'list'; item: z.core.$ZodType }
  | { kind: 'object'; fields: ReadonlyMap<string, z.core.$ZodType> }
  | { kind: 'record'; value: z.core.$ZodType }
  | { kind: 'union'; options: readonly z.core.$ZodType[] }
  | { kind: 'any' };

/** Looks through optional, default and the like, gathering metadata from the outside in. */
export function shapeOf(schema: z.core.$ZodType): Shape {
  const meta = metaOf(schema);
  const def = (schema as z.core.$ZodTypes)._zod.def;
  switch (def.type) {
    case 'optional':
      return { ...under(def.innerType, meta), optional: true };
    case 'default':
    case 'prefault':
      return { ...under(def.innerType, meta), optional: true, default: def.defaultValue };
    case 'nullable':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
      return under(def.innerType, meta);
    case 'pipe':
      return under(def.in, meta);
    case 'lazy':
      return under(def.getter(), meta);
    default:
      return {
        form: meta.secret ? { kind: 'secret' } : formOf(schema as z.core.$ZodTypes),
        meta,
        optional: false,
      };
  }
}

/** The schema at a path of keys and indexes, or undefined where the schema knows of none. */
export function schemaAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): z.core.$ZodType | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return schema;
  const { form } = shapeOf(schema);
  switch (form.kind) {
    case 'object': {
      const field = form.fields.get(String(key));
      return field && schemaAt(field, rest);
    }
    case 'list':
      return schemaAt(form.item, rest);
    case 'record':
      return schemaAt(form.value, rest);
    case 'union':
      return form.options.map((option) => schemaAt(option, path)).find((found) => found !== undefined);
    default:
      return undefined;
  }
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function under(inner: z.core.$ZodType, outer: AnswerMeta): Shape {
  const shape = shapeOf(inner);
  return { ...shape, meta: { ...shape.meta, ...outer } };
}

function formOf(schema: z.core.$ZodTypes): Form {
  const def = schema._zod.def;
  switch (def.type) {
    case 'string':
      return { kind: 'text' };
    case 'number':
      return numberForm(schema as z.ZodNumber);
    case 'boolean':
      return { kind: 'toggle' };
    case 'literal':
      return { kind: 'choice', values: def.values };
    case 'enum':
      return { kind: 'choice', values: Object.values(def.entries) };
    case 'array':
      return { kind: 'list', item: def.element };
    case 'object':
      return { kind: 'object', fields: new Map(Object.entries(def.shape)) };
    case 'record':
      return { kind: 'record', value: def.valueType };
    case 'union':
      return { kind: 'union', options: def.options };
    default:
      return { kind: 'any' };
  }
}

function numberForm({ isInt, minValue, maxValue }: z.ZodNumber): Form {
  const isBound = (value: number | null) => value !== null && Math.abs(value) < Number.MAX_SAFE_INTEGER;
  return {
    kind: 'number',
    whole: isInt,
    ...(isBound(minValue) ? { min: minValue as number } : {}),
    ...(isBound(maxValue) ? { max: maxValue as number } : {}),
  };
}
