import { z } from 'zod';

export interface Rule<Value> {
  /** The paths that `check` looks at, such as `groups.*.name`; it runs only when all of them are well-formed. */
  reads: readonly string[];
  check(value: Value, report: Report): void;
}

/** Says what is wrong at a path below the value. */
export type Report = (path: readonly (string | number)[], message: string) => void;

/** The word in a zod issue's `params` that tells a rule's sentence from zod's own texts. */
export const RULE = 'rule';

/**
 * Adds checks that span several fields. Unlike zod's `refine` they also run when some other field is wrong,
 * so that all that is wrong is said at once.
 */
export function withRules<S extends z.ZodType>(schema: S, rules: readonly Rule<z.output<S>>[]): S {
  return schema.check(...rules.map((rule) => checkOf<z.output<S>>(rule)));
}

function checkOf<Value>(rule: Rule<Value>): z.core.$ZodCheck<Value> {
  const check = z.check<Value>((payload) => {
    rule.check(payload.value, (path, message) => {
      const params = { [RULE]: true };
      payload.issues.push({ code: 'custom', input: payload.value, path: [...path], message, params });
    });
  });
  check._zod.def.when = (payload) =>
    !payload.issues.some((issue) => breaksField(issue) && touches(issue.path ?? [], rule.reads));
  return check;
}

/** Unknown keys and the sentences of other rules leave the fields themselves well-formed. */
function breaksField(issue: z.core.$ZodRawIssue): boolean {
  return issue.code !== 'unrecognized_keys' && !(issue.code === 'custom' && issue.params?.[RULE]);
}

function touches(path: readonly PropertyKey[], reads: readonly string[]): boolean {
  return reads.some((read) =>
    read.split('.').every((part, at) => at >= path.length || part === '*' || part === String(path[at])),
  );
}
