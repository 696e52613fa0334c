import type { z } from 'zod';
import { remarksOf } from '../sentences.ts';
import { isMapping, shapeOf } from '../shape.ts';
import { isSecretName, type Opaque, opaqueParts } from './opaque.ts';
import { shown } from './shown.ts';

/**
 * Answers in the making: what the schema takes is an answer, the rest becomes remarks, so that what comes out
 * is valid whatever came in.
 */
export interface Draft {
  schema: z.core.$ZodType;
  answers: Record<string, unknown>;
  /** Lines for comments: what has no counterpart, its value, and why. */
  remarks: string[];
  /** Answers for keys that this version's schema does not have: to be uncommented in one that has them. */
  later: Record<string, unknown>;
}

export interface Given {
  /** How the source calls it: `vm_count`. */
  name: string;
  value: unknown;
  /** What holds where the value cannot be taken, if not the schema's default. */
  instead?: string;
}

export function newDraft(schema: z.core.$ZodType): Draft {
  return { schema, answers: {}, remarks: [], later: {} };
}

/** Takes a value as the answer to `key`, or says why not. Nothing and null are not given. */
export function take(draft: Draft, key: string, { name, value, instead }: Given): boolean {
  if (value === undefined || value === null) return false;
  const [opaque] = opaqueParts(value);
  const field = fieldOf(draft.schema, key);
  const after = insteadOf(field, instead);
  if (opaque) {
    draft.remarks.push(`${name} = ${shown(value)}: ${reasonOf(opaque, key)}${after}`);
    return false;
  }
  if (!field) {
    draft.later[key] = value;
    return false;
  }
  const parsed = (field as z.ZodType).safeParse(value);
  if (parsed.success) {
    draft.answers[key] = value;
    return true;
  }
  for (const { path, message } of remarksOf(parsed.error.issues, { schema: field, value })) {
    draft.remarks.push(`${[name, ...path].join('.')} = ${shown(valueAt(value, path))}: ${message}${after}`);
  }
  return false;
}

/** Tags, each once; one that cannot be taken costs only itself. */
export function takeTags(draft: Draft, value: unknown): void {
  const tags = Array.isArray(value) ? [...new Set(value)].filter((tag) => tag !== '') : value;
  if (take(draft, 'tags', { name: 'tags', value: tags }) || !Array.isArray(tags)) return;
  const field = fieldOf(draft.schema, 'tags') as z.ZodType | undefined;
  const good = tags.filter((tag) => opaqueParts(tag).length === 0 && field?.safeParse([tag]).success);
  if (good.length > 0) draft.answers.tags = good;
}

/** A comment for what has no counterpart. A mapping's secret parts do not show: give those as {@link Opaque}. */
export function leave(draft: Pick<Draft, 'remarks'>, { name, value }: Given, why: string): void {
  if (value === undefined || value === null) return;
  const text = isSecretName(name) && typeof value !== 'boolean' ? 'a secret' : shown(value);
  draft.remarks.push(`${name} = ${text}: ${why}`);
}

/** The schema of a key, or undefined where this version has no such key. */
export function fieldOf(schema: z.core.$ZodType, key: string): z.core.$ZodType | undefined {
  const { form } = shapeOf(schema);
  return form.kind === 'object' ? form.fields.get(key) : undefined;
}

function reasonOf({ why }: Opaque, key: string): string {
  if (why === 'secret') return 'is a secret, which is never copied';
  return why === 'unset'
    ? `has no value in these files; what it is given belongs to ${key}`
    : `is computed there; what comes out belongs to ${key}`;
}

/** What holds until somebody writes it by hand. */
function insteadOf(field: z.core.$ZodType | undefined, instead: string | undefined): string {
  if (instead) return `; ${instead}`;
  const holds = field && shapeOf(field).default;
  return holds === undefined || typeof holds === 'object' ? '' : `; until then it is ${String(holds)}`;
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      (isMapping(inner) || Array.isArray(inner)) && Object.hasOwn(inner, key)
        ? (inner as Record<string | number, unknown>)[key]
        : undefined,
    value,
  );
}
