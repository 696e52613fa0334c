import type { Answers } from '../session.ts';
import type { Question } from './question.ts';

/** Where something stands in the answers: `['groups', 0, 'count']`. */
export type Path = readonly (string | number)[];

export function pathText(path: Path): string {
  return path.join('.');
}

export function valueAt(answers: Answers, path: Path): unknown {
  let value: unknown = answers;
  for (const part of path) {
    if (value === null || typeof value !== 'object') return undefined;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
}

/** Answers with one value set, or taken out where it is undefined; what is missing on the way is made. */
export function withValue(answers: Answers, path: Path, value: unknown): Answers {
  return put(answers, path, value) as Answers;
}

/** Answers without one item of a list. */
export function withoutItem(answers: Answers, list: Path, index: number): Answers {
  const items = valueAt(answers, list);
  if (!Array.isArray(items)) return answers;
  return withValue(
    answers,
    list,
    items.filter((_, at) => at !== index),
  );
}

/** The questions of one level: the top (`[]`), a group, or an item of a list. */
export function questionsAt(questions: readonly Question[], level: Path): readonly Question[] {
  let here = questions;
  for (const part of level) {
    if (typeof part === 'number') continue;
    here = here.find((question) => question.key === part)?.questions ?? [];
  }
  return here;
}

function put(holder: unknown, path: Path, value: unknown): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  if (typeof part === 'number') {
    const items = Array.isArray(holder) ? [...holder] : [];
    items[part] = put(items[part], rest, value);
    return items;
  }
  const fields = { ...(holder as Record<string, unknown> | undefined) };
  const next = put(fields[part], rest, value);
  if (next === undefined) delete fields[part];
  else fields[part] = next;
  return fields;
}
