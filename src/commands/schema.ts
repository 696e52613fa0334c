import { jsonSchema } from '../answers/json-schema.ts';
import type { Env } from '../env.ts';
import { workflows } from '../workflows/all.ts';

/** `schema`: one JSON Schema for whole answer files, for editors and programs. */
export function schema(env: Env): number {
  env.stdout.write(`${JSON.stringify(jsonSchema(workflows), null, 2)}\n`);
  return 0;
}
