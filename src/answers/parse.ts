import type { z } from 'zod';
import { resolveSecrets, type SecretReaders } from './secrets.ts';
import { type Remark, remarksOf } from './sentences.ts';

/** Validates one section's answers: secrets are read, defaults filled in. No answers when a remark is an error. */
export function parseAnswers<Answers>(
  schema: z.ZodType<Answers>,
  value: unknown,
  readers: SecretReaders,
): { answers?: Answers; remarks: Remark[] } {
  const resolved = resolveSecrets(schema, value, readers);
  const parsed = schema.safeParse(resolved.value);
  if (!parsed.success) {
    return {
      remarks: [...resolved.remarks, ...remarksOf(parsed.error.issues, { schema, value: resolved.value })],
    };
  }
  const failed = resolved.remarks.some((remark) => remark.severity !== 'warning');
  return { ...(failed ? {} : { answers: parsed.data }), remarks: resolved.remarks };
}
