import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Section } from '../workflows/workflow.ts';
import { ANSWER_META_KEYS, type AnswerMeta } from './meta.ts';
import { shapeOf } from './shape.ts';
import { wholeSchema } from './whole.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** JSON Schema (2020-12) of a whole answer file, for editors and `proxwright schema`. */
export function jsonSchema(workflows: readonly Section[]): Record<string, unknown> {
  const schema = z.toJSONSchema(wholeSchema(workflows), {
    target: 'draft-2020-12',
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema._zod.def.type === 'object') addSecretFiles(zodSchema, jsonSchema);
      rename(jsonSchema);
    },
  });
  const { $schema, ...rest } = JSON.parse(JSON.stringify(schema)) as Record<string, unknown>;
  return { $schema, title: 'Proxwright answer file', ...rest };
}

/** Our words for metadata become those of JSON Schema. */
function rename(json: JsonSchema): void {
  const { label, help, example, unit, secret } = json as JsonSchema & AnswerMeta;
  if (secret) Object.assign(json, { anyOf: SECRET_FORMS });
  if (label) json.title = label;
  if (help) json.description = unit ? `${help} Unit: ${unit}.` : help;
  if (example !== undefined) json.examples = [example];
  for (const key of ANSWER_META_KEYS) delete json[key];
}

const SECRET_FORMS: readonly JsonSchema[] = [
  {
    type: 'object',
    properties: { env: { type: 'string', minLength: 1, description: 'Name of an environment variable.' } },
    required: ['env'],
    additionalProperties: false,
  },
  {
    type: 'object',
    properties: { file: { type: 'string', minLength: 1, description: 'Name of a file.' } },
    required: ['file'],
    additionalProperties: false,
  },
  { type: 'string', minLength: 1, description: 'The secret itself, for everybody who can read this file.' },
];

/** `password_file:` may stand for `password:`. */
function addSecretFiles(schema: z.core.$ZodType, json: JsonSchema): void {
  const { form } = shapeOf(schema);
  if (form.kind !== 'object' || !json.properties) return;
  for (const [key, field] of form.fields) {
    const shape = shapeOf(field);
    if (shape.form.kind !== 'secret') continue;
    json.properties[`${key}_file`] = {
      type: 'string',
      minLength: 1,
      title: `${shape.meta.label ?? key}, in a file`,
      description: `Name of the file that holds it, instead of ${key}.`,
    };
    if (!json.required?.includes(key)) continue;
    json.required = json.required.filter((name) => name !== key);
    const either = { anyOf: [{ required: [key] }, { required: [`${key}_file`] }] };
    // A schema that was given metadata later comes by twice: as itself, and as what it was cloned from.
    const known = json.allOf?.some((each) => isDeepStrictEqual(each, either));
    if (!known) json.allOf = [...(json.allOf ?? []), either];
  }
}
