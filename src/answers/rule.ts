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
 * Adds a check that spans several fields. Unlike zod's `refine` it also runs when some other field is wrong,
 * so that all that is wrong is said at once.
 */
export function withRule<S extends z.ZodType>(schema: S, rule: Rule<z.output<S>>): S {
  const check = z.check<z.output<S>>((payload) => {
    rule.check(payload.value, (path, message) => {
      payload.issues.push({
        code: 'custom',
        input: payload.value,
        path: [...path],
        message,
        params: { [RULE]: true },
      });
    });
  });
  check._zod.def.when = (payload) =>
    !payload.issues.some((issue) => breaksField(issue) && touches(issue.path ?? [], rule.reads));
  return schema.check(check);
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
