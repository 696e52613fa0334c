import type { z } from 'zod';
import { guess } from './guess.ts';
import { RULE } from './rule.ts';
import { isMapping, schemaAt, shapeOf } from './shape.ts';
import { found, wanted } from './wanted.ts';

export type Path = readonly (string | number)[];

/** An issue before it has a place: what is wrong, and with which value. */
export interface Remark {
  path: Path;
  message: string;
  /** Default: `error`. */
  severity?: 'error' | 'warning';
  /** `key`: about the key that `path` ends with, not about its value. */
  at?: 'key';
  /** The key is not there, or its value is empty: no fault in answers that are not complete yet. */
  missing?: true;
}

/** zod's issues as sentences for people. `value` is what was parsed with `schema`. */
export function remarksOf(
  issues: readonly z.core.$ZodIssue[],
  { schema, value }: { schema: z.core.$ZodType; value: unknown },
): Remark[] {
  return issues.flatMap((issue) => remarksOfIssue(issue, { schema, value }));
}

interface Subject {
  schema: z.core.$ZodType;
  value: unknown;
}

/** What the schema and the answers have at an issue's path. */
interface Place {
  schema: z.core.$ZodType | undefined;
  value: unknown;
}

function remarksOfIssue(issue: z.core.$ZodIssue, subject: Subject): Remark[] {
  const path = issue.path as Path;
  const here = { schema: schemaAt(subject.schema, path), value: valueAt(subject.value, path) };
  if (issue.code === 'custom' && issue.params?.[RULE]) return [{ path, message: issue.message }];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key],
      at: 'key',
      message: unknownKey(key, here.schema),
    }));
  }
  if (issue.code === 'invalid_key') {
    return [{ path, at: 'key', message: `wants another key than ${JSON.stringify(path.at(-1))}` }];
  }
  if (issue.code === 'invalid_union') {
    const option = optionFor(issue, here);
    if (option) {
      const inner = remarksOf(option.issues, { schema: option.schema, value: here.value });
      return inner.map((remark) => ({ ...remark, path: [...path, ...remark.path] }));
    }
  }
  if (issue.code === 'too_big' && here.schema && Array.isArray(here.value)) {
    return [{ path, message: `wants ${wanted(here.schema)}, found a list of ${here.value.length}` }];
  }
  return [{ path, ...sentence(here, isMapping(valueAt(subject.value, path.slice(0, -1)))) }];
}

/** A list or mapping where one alternative is a list or mapping: what is wrong inside is what helps. */
function optionFor(issue: z.core.$ZodIssueInvalidUnion, { schema, value }: Place) {
  const form = schema && shapeOf(schema).form;
  if (form?.kind !== 'union') return undefined;
  const kinds = Array.isArray(value) ? ['list'] : isMapping(value) ? ['object', 'record'] : [];
  const at = form.options.findIndex((option) => kinds.includes(shapeOf(option).form.kind));
  const option = form.options[at];
  const issues = issue.errors[at];
  return option && issues && issues.length > 0 ? { schema: option, issues } : undefined;
}

function sentence({ schema, value }: Place, inMapping: boolean): Omit<Remark, 'path'> {
  const right = schema ? wanted(schema) : 'something else';
  if (value === undefined && inMapping) return { message: `is missing: wants ${right}`, missing: true };
  const secret = schema !== undefined && shapeOf(schema).form.kind === 'secret';
  const hint = schema && !secret ? hintFor(schema, value) : '';
  return {
    message: `wants ${right}, found ${found(value, secret)}${hint}`,
    ...(isEmpty(value) ? { missing: true } : {}),
  };
}

/** YAML's own traps: a number that should be text, a text that should be a number, 1.1's words for booleans. */
function hintFor(schema: z.core.$ZodType, value: unknown): string {
  const fits = (other: unknown) => (schema as z.ZodType).safeParse(other).success;
  if ((typeof value === 'number' || typeof value === 'boolean') && fits(String(value))) {
    return ` (as a text it needs quotes: "${value}")`;
  }
  if (typeof value !== 'string' || value.trim() === '') return '';
  if (fits(Number(value))) return ' (without the quotes it would be a number)';
  const word = { yes: true, on: true, true: true, no: false, off: false, false: false }[value.toLowerCase()];
  return word !== undefined && fits(word) ? ` (write ${word})` : '';
}

export function unknownKey(key: string, schema: z.core.$ZodType | undefined): string {
  const form = schema && shapeOf(schema).form;
  if (form?.kind !== 'object') return 'is not known here';
  const known = [...form.fields.keys()];
  const also = new Map([...form.fields].map(([name, field]) => [name, shapeOf(field).meta.also ?? []]));
  const home = homeOf(schema, key);
  if (home) return `is not known here; it belongs into ${home.join('.')}`;
  const meant = guess(key, known, also);
  return meant
    ? `is not known here; did you mean ${meant}?`
    : `is not known here; known are ${known.join(', ')}`;
}

/** The keys that lead from here to the mapping that knows `key`: `['groups', 'networks']`. */
function homeOf(schema: z.core.$ZodType | undefined, key: string): string[] | undefined {
  const form = schema && shapeOf(schema).form;
  if (form?.kind === 'list') return homeOf(form.item, key);
  if (form?.kind !== 'object') return undefined;
  if (form.fields.has(key)) return [];
  for (const [name, field] of form.fields) {
    const below = homeOf(field, key);
    if (below) return [name, ...below];
  }
  return undefined;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, key)) return undefined;
    return (inner as Record<string | number, unknown>)[key];
  }, value);
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
  );
}
