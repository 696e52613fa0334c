import type { Issue } from '../errors.ts';
import { describePlace, type Part, placeOf } from './parts.ts';
import { shapeOf } from './shape.ts';

/** Two items of a section that may not share a key's value, such as two clusters of one name, over all files. */
export function checkUnique(parts: readonly Part[]): Issue[] {
  const seen = new Map<string, Part>();
  const issues: Issue[] = [];
  for (const part of parts) {
    const key = part.workflow && shapeOf(part.workflow.answers).meta.unique;
    const entry = key === undefined ? undefined : part.branch.children.get(key);
    if (!key || typeof entry?.value !== 'string') continue;
    const id = `${part.workflow?.section} ${entry.value.toLowerCase()}`;
    const other = seen.get(id);
    if (!other) seen.set(id, part);
    else {
      issues.push({
        path: `${part.path}.${key}`,
        message: `${JSON.stringify(entry.value)} is taken already by ${other.path} at ${describePlace(other)}`,
        severity: 'error',
        ...placeOf(part.file, entry.at),
      });
    }
  }
  return issues;
}
