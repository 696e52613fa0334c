import type { z } from 'zod';
import { remarksOf } from '../sentences.ts';
import { isMapping, schemaAt } from '../shape.ts';
import { type Draft, fieldOf, type Given, leave, newDraft, take } from './draft.ts';
import { opaqueParts } from './opaque.ts';

export interface ItemRules {
  /** The source's key → ours. Other keys become remarks. */
  fields: Readonly<Record<string, string>>;
  /** What holds for a key of ours where the source does not give it. */
  defaults?: Readonly<Record<string, unknown>>;
  /** Why a key of the source has no counterpart. */
  without?: Readonly<Record<string, string>>;
  /** A value as ours would be, before it is looked at. Undefined: not given. */
  convert?: (value: unknown, key: string) => unknown;
}

/** Takes a list of mappings item by item and key by key, so that one wrong value costs only itself. */
export function takeItems(draft: Draft, key: string, { name, value, ...rules }: Given & ItemRules): void {
  if (!Array.isArray(value)) {
    take(draft, key, { name, value });
    return;
  }
  const items = value
    .map((item, at) => takeItem(draft, key, { name: `${name}[${at}]`, value: item, ...rules }))
    .filter((item) => item !== undefined);
  if (items.length > 0) take(draft, key, { name, value: items });
}

function takeItem(draft: Draft, key: string, { name, value, ...rules }: Given & ItemRules) {
  if (!isMapping(value)) {
    take(draft, key, { name, value: [value] });
    return undefined;
  }
  const schema = fieldOf(draft.schema, key) && schemaAt(draft.schema, [key, 0]);
  const item = schema && newDraft(schema);
  const answers: Record<string, unknown> = { ...rules.defaults };
  for (const [from, given] of Object.entries(value)) {
    const to = rules.fields[from];
    const part = { name: `${name}.${from}`, value: given };
    if (to === undefined) {
      leave(draft, part, rules.without?.[from] ?? 'has no counterpart');
      continue;
    }
    const converted = rules.convert ? rules.convert(given, to) : given;
    if (converted === undefined || converted === null) continue;
    if (item) {
      const instead = answers[to] === undefined ? undefined : `${String(answers[to])} instead`;
      const taken = take(item, to, { ...part, value: converted, ...(instead ? { instead } : {}) });
      if (taken) answers[to] = converted;
    } else if (opaqueParts(converted).length === 0) answers[to] = converted;
    else leave(draft, part, `is not known here; it belongs to ${to}`);
  }
  draft.remarks.push(...(item?.remarks ?? []));
  for (const [later, given] of Object.entries(item?.later ?? {})) {
    leave(draft, { name: `${name}.${later}`, value: given }, 'has no counterpart');
  }
  const problem = schema && problemOf(schema, answers);
  if (problem) draft.remarks.push(`${name} is left out: ${problem}`);
  return problem ? undefined : answers;
}

function problemOf(schema: z.core.$ZodType, value: unknown): string | undefined {
  const parsed = (schema as z.ZodType).safeParse(value);
  if (parsed.success) return undefined;
  const [first] = remarksOf(parsed.error.issues, { schema, value });
  return first && [first.path.join('.'), first.message].filter((part) => part !== '').join(' ');
}
