import type { z } from 'zod';
import type { Issue } from '../errors.ts';
import { remarksOf } from './sentences.ts';
import { isMapping } from './shape.ts';

/**
 * What is wrong with a wizard's answers so far, by path within the section's item. What is not answered yet
 * counts only when `complete`.
 */
export function checkAnswers(
  schema: z.ZodType,
  value: unknown,
  { complete }: { complete: boolean },
): Issue[] {
  const given = answered(value);
  const parsed = schema.safeParse(given);
  if (parsed.success) return [];
  return remarksOf(parsed.error.issues, { schema, value: given })
    .filter((remark) => complete || !remark.missing)
    .map(({ path, message, severity = 'error' }) => ({ path: path.join('.'), message, severity }));
}

/** Answers without the keys that hold nothing: a field that was typed into and emptied again is unanswered. */
export function answered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(answered);
  if (!isMapping(value)) return value;
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined && entry !== '');
  return Object.fromEntries(entries.map(([key, entry]) => [key, answered(entry)]));
}
