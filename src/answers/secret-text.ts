import { z } from 'zod';
import { Secret } from '../plan/secret.ts';
import type { AnswerMeta } from './meta.ts';
import { isMapping } from './shape.ts';

/** Where a secret came from, so that answers can be written back without it. */
export type SecretSource = { env: string } | { file: string } | { inline: true };

/** A secret that remembers how the answers referred to it. */
export class AnswerSecret extends Secret {
  readonly source: SecretSource;

  constructor(value: string, source: SecretSource) {
    super(value);
    this.source = source;
  }
}

/**
 * A field for a secret. In answers it is `{env: NAME}`, `{file: PATH}`, the text itself (with a warning), or
 * `<key>_file: PATH` beside it; `resolveSecrets` turns all of these into a {@link Secret}.
 */
export function secretText(meta: Omit<AnswerMeta, 'secret'>): z.ZodCustom<Secret, Secret> {
  return z
    .custom<Secret>(
      (value) => value instanceof Secret || (typeof value === 'string' && value !== '') || isReference(value),
    )
    .meta({ wants: SECRET_WANTS, ...meta, secret: true });
}

export const SECRET_WANTS = '{env: NAME} or {file: PATH}';

/**
 * The text of a secret for a rule to look at: the wizard's answers are checked before secrets are resolved, so it may
 * be the text itself. '' where there is none, or a reference that was not followed yet.
 */
export function knownText(value: unknown): string {
  if (value instanceof Secret) return value.reveal();
  return typeof value === 'string' ? value : '';
}

/** `{env: NAME}` or `{file: PATH}`, and nothing beside it. */
export function isReference(value: unknown): value is { env: string } | { file: string } {
  if (!isMapping(value)) return false;
  const [key, ...more] = Object.keys(value);
  return (
    more.length === 0 &&
    (key === 'env' || key === 'file') &&
    typeof value[key] === 'string' &&
    value[key] !== ''
  );
}
