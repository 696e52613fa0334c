import { isDeepStrictEqual } from 'node:util';
import { Document, isCollection, isPair, isScalar, visit } from 'yaml';
import type { z } from 'zod';
import type { Workflow } from '../workflows/workflow.ts';
import { answered } from './check.ts';
import { AnswerSecret, isReference } from './secret-text.ts';
import { isMapping, shapeOf } from './shape.ts';

/**
 * One workflow's answers as an answer file that loads back to equal answers. A list of answers becomes a list
 * of items. Defaults are left out; secrets are written as references, typed ones as `{env: …}` to be set.
 */
export function writeAnswers(answers: unknown, workflow: Workflow): string {
  const items = Array.isArray(answers) ? answers : [answers];
  const written = items.map((item) => reduced(workflow.answers, answered(item), [workflow.section]));
  return writeFile({ [workflow.section]: workflow.many ? written : written[0] }, workflow.title);
}

function writeFile(sections: Record<string, unknown>, title: string): string {
  const document = new Document({ version: 1, ...sections });
  document.commentBefore = ` ${title}. To do what it says: proxwright apply THIS-FILE`;
  visit(document, {
    Collection(_, node, ancestors) {
      // The section itself stays a block, so that more can be added to it by hand.
      if (ancestors.length > 3 && node.items.every(isShort) && node.toString().length <= WIDEST_FLOW)
        node.flow = true;
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** A collection of plain values shorter than this stands on one line. */
const WIDEST_FLOW = 72;

function isShort(item: unknown): boolean {
  const value = isPair(item) ? item.value : item;
  if (isCollection(value)) return value.items.length === 0;
  return !isScalar(value) || typeof value.value !== 'string' || !value.value.includes('\n');
}

/** The value in the order of its schema, without what holds anyway, and without secrets. */
function reduced(schema: z.core.$ZodType, value: unknown, path: readonly string[]): unknown {
  const { form } = shapeOf(schema);
  switch (form.kind) {
    case 'secret':
      return referenceTo(value, path);
    case 'list':
      return Array.isArray(value) ? value.map((item) => reduced(form.item, item, path)) : value;
    case 'object':
      return isMapping(value) ? reducedFields(form.fields, value, path) : value;
    case 'union': {
      const kinds = Array.isArray(value) ? ['list'] : isMapping(value) ? ['object'] : [];
      const option = form.options.find((each) => kinds.includes(shapeOf(each).form.kind));
      return option ? reduced(option, value, path) : value;
    }
    default:
      return value;
  }
}

function reducedFields(
  fields: ReadonlyMap<string, z.core.$ZodType>,
  value: Record<string, unknown>,
  path: readonly string[],
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, field] of fields) {
    if (value[key] === undefined) continue;
    const below = [...path, key];
    const entry = reduced(field, value[key], below);
    const holds = shapeOf(field).default;
    if (holds === undefined || !isDeepStrictEqual(entry, reduced(field, holds, below))) result[key] = entry;
  }
  for (const [key, entry] of Object.entries(value)) if (!fields.has(key)) result[key] = entry;
  return result;
}

/** A secret that was typed in is asked for in the environment: `MAAS_API_KEY` for `api_key` of `maas:`. */
function referenceTo(value: unknown, path: readonly string[]): unknown {
  if (value instanceof AnswerSecret && !('inline' in value.source)) return value.source;
  if (isReference(value)) return value;
  return {
    env: path
      .join('_')
      .toUpperCase()
      .replaceAll(/[^A-Z0-9]+/g, '_'),
  };
}
