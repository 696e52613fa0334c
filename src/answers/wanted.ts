import type { z } from 'zod';
import { Secret } from '../plan/secret.ts';
import { type Form, shapeOf } from './shape.ts';

/** What would be right in a field, as it follows on "wants": `a whole number from 1 to 999`. */
export function wanted(schema: z.core.$ZodType): string {
  const { form, meta } = shapeOf(schema);
  if (meta.wants) return meta.wants;
  const example = meta.example === undefined ? '' : `, such as ${inFlow(meta.example)}`;
  return describe(form, meta.unit) + (form.kind === 'choice' || form.kind === 'toggle' ? '' : example);
}

/** What stands there instead, as it follows on "found". Secrets are never repeated. */
export function found(value: unknown, secret = false): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (value instanceof Secret) return 'a secret';
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'an empty mapping' : 'a mapping';
  if (value === '') return 'an empty text';
  if (typeof value === 'string') return secret ? 'a text' : `the text ${quoted(value)}`;
  if (typeof value === 'number') return secret ? 'a number' : `the number ${value}`;
  return String(value);
}

/** A value on one line, as one would write it in YAML. */
function inFlow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inFlow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, entry]) => `${key}: ${inFlow(entry)}`);
    return `{${entries.join(', ')}}`;
  }
  return String(value);
}

/** Long texts are cut; control characters shown as escapes. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}…` : text);
}

function describe(form: Form, unit: string | undefined): string {
  switch (form.kind) {
    case 'text':
      return 'text';
    case 'number':
      return describeNumber(form, unit);
    case 'toggle':
      return 'true or false';
    case 'choice':
      return orList(form.values.map(String));
    case 'list':
      return shapeOf(form.item).form.kind === 'object' ? 'a list of mappings' : 'a list';
    case 'object':
      return `a mapping with ${[...form.fields.keys()].join(', ')}`;
    case 'record':
      return 'a mapping of names to values';
    case 'union':
      return orList(form.options.map(wanted));
    default:
      return 'something else';
  }
}

function describeNumber(form: Extract<Form, { kind: 'number' }>, unit: string | undefined): string {
  const kind = form.whole ? 'a whole number' : 'a number';
  const of = unit ? ` (${unit})` : '';
  if (form.min !== undefined && form.max !== undefined) return `${kind} from ${form.min} to ${form.max}${of}`;
  if (form.min !== undefined) return `${kind} of at least ${form.min}${of}`;
  if (form.max !== undefined) return `${kind} of at most ${form.max}${of}`;
  return kind + of;
}

function orList(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} or ${parts.at(-1)}`;
}
