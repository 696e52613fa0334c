import { describe, expect, test } from 'vitest';
import { jsonSchema } from '../../src/answers/json-schema.ts';
import { ANSWER_META_KEYS } from '../../src/answers/meta.ts';
import { workflows } from './fixture.ts';

type Json = { [key: string]: Json };

const schema = jsonSchema(workflows) as Json;
const cluster = schema.properties!.clusters!.items!;

describe('JSON Schema of answer files', () => {
  test('covers version, target and every section, and nothing else', () => {
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      required: ['version'],
      additionalProperties: false,
    });
    expect(Object.keys(schema.properties!)).toEqual(['version', 'target', 'clusters', 'depot']);
    expect(schema.properties!.version).toMatchObject({ const: 1 });
  });

  test('says title, description, example, default and limits', () => {
    expect(cluster.properties!.groups!.items!.properties!.memory).toEqual({
      type: 'integer',
      minimum: 256,
      maximum: 4_194_304,
      default: 2048,
      title: 'Memory',
      description: 'Memory of each guest. Unit: MiB.',
      examples: [4096],
    });
    expect(schema.properties!.clusters).toMatchObject({ title: 'Flatcar cluster', type: 'array' });
  });

  test('wants only what has no default', () => {
    expect(cluster.required).toEqual(['name', 'groups']);
    expect(cluster.properties!.groups!.items!.required).toEqual(['name']);
  });

  test('takes a secret by reference, in a file beside it, or inline', () => {
    const { properties, required, allOf } = schema.properties!.depot!;
    expect(properties!.api_key!.anyOf).toHaveLength(3);
    expect(properties!.api_key_file).toMatchObject({ type: 'string' });
    expect(required).toEqual([]);
    expect(allOf).toEqual([{ anyOf: [{ required: ['api_key'] }, { required: ['api_key_file'] }] }]);
  });

  test('holds no words of our own metadata', () => {
    expect(wordsOf(schema).filter((word) => (ANSWER_META_KEYS as readonly string[]).includes(word))).toEqual(
      [],
    );
  });

  test('every answer has a title, every question of a section a description', () => {
    const untitled = fieldsOf(schema).filter(([, field]) => !field.title);
    const undescribed = fieldsOf(cluster).filter(([, field]) => !field.description);
    expect(untitled.map(([name]) => name)).toEqual(['id']);
    expect(undescribed.map(([name]) => name)).toEqual([]);
  });
});

/** Keywords of the schema; the names of properties are no keywords. */
function wordsOf(json: unknown): string[] {
  if (Array.isArray(json)) return json.flatMap(wordsOf);
  if (typeof json !== 'object' || json === null) return [];
  return Object.entries(json).flatMap(([key, value]) => {
    if (key === 'properties') return Object.values(value).flatMap(wordsOf);
    return ['default', 'examples'].includes(key) ? [key] : [key, ...wordsOf(value)];
  });
}

/** All answers by their path: `clusters.groups.name`. Not what a secret's reference is made of. */
function fieldsOf(json: Json): [string, Json][] {
  const inner = json.items ?? json;
  return Object.entries(inner.properties ?? {}).flatMap(([key, field]) => [
    [key, field] as [string, Json],
    ...fieldsOf(field),
  ]);
}
