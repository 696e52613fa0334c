import { z } from 'zod';

/**
 * What `.meta()` of an answers schema may carry. From it come the wizard's questions, the sentences about
 * wrong answers, and the titles of the JSON Schema.
 */
export interface AnswerMeta {
  /** The question in a word or three: `Memory`. */
  label?: string;
  /** One or two sentences: what it is, what happens with it. */
  help?: string;
  example?: unknown;
  /** `MiB`, `seconds`. */
  unit?: string;
  /** What is right here, as it follows on "wants": `a disk size such as 20G`. */
  wants?: string;
  /** `more`: only for those who want all the details; `never`: only in files. Default: `always`. */
  ask?: 'always' | 'more' | 'never';
  choices?: ChoiceSource;
  /** Of fixed choices: what helps to choose, by value. With them, an alternative of choices and a text takes both. */
  details?: Readonly<Record<string, string>>;
  /** What a wizard begins with where the schema has no default. */
  suggest?: unknown;
  /** The same where it depends on what was answered before; undefined: `suggest` stands. */
  suggestFor?: (siblings: Readonly<Record<string, unknown>>) => unknown;
  /** Of an item in a list: one line that stands for it. */
  summary?: (item: Readonly<Record<string, unknown>>) => string;
  /** Of an object: whether a question makes sense, given the answers beside it. */
  when?: (siblings: Readonly<Record<string, unknown>>) => boolean;
  /** Other words for this key that people bring along; only for "did you mean". */
  also?: readonly string[];
  /** Of a section's item: no two items of all files may be equal in this key. */
  unique?: string;
  /** Set by `secretText()`. */
  secret?: boolean;
}

/** Where a question's choices come from; `choices.ts` knows how. */
export type ChoiceSource =
  | 'bridges'
  | 'disk-storages'
  | 'container-storages'
  | 'snippet-storages'
  | 'nodes'
  | 'templates'
  | 'images'
  | 'pools';

declare module 'zod' {
  interface GlobalMeta extends AnswerMeta {}
}

/** The keys of {@link AnswerMeta}: what must not leak into a JSON Schema as it is. */
export const ANSWER_META_KEYS = [
  'label',
  'help',
  'example',
  'unit',
  'wants',
  'ask',
  'choices',
  'details',
  'suggest',
  'suggestFor',
  'summary',
  'when',
  'also',
  'unique',
  'secret',
] as const satisfies readonly (keyof AnswerMeta)[];

/** The metadata of this very schema object; wrappers are looked through by `shapeOf`. */
export function metaOf(schema: z.core.$ZodType): AnswerMeta {
  return (z.globalRegistry.get(schema) ?? {}) as AnswerMeta;
}
