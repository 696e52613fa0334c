import { closest, distance } from 'fastest-levenshtein';
import { UsageError } from '../errors.ts';
import type { AnyCheck, Section } from './check.ts';

export interface Selection {
  only?: readonly string[];
  skip?: readonly string[];
  /** Only what these sections of an answer file need. */
  wants?: ReadonlySet<Section>;
}

/** The checks that are asked for. Throws UsageError for an id that no check has. */
export function selectChecks(checks: readonly AnyCheck[], { only, skip = [], wants }: Selection): AnyCheck[] {
  const chosen = only?.map((id) => known(checks, id));
  const skipped = skip.map((id) => known(checks, id));
  return checks.filter((check) => {
    if (skipped.includes(check.id)) return false;
    if (chosen) return chosen.includes(check.id);
    return wants === undefined || check.for === undefined || check.for.some((section) => wants.has(section));
  });
}

/** `A,B, C` → ids, in upper case. */
export function idsOf(text: string | undefined): string[] | undefined {
  return text
    ?.split(/[\s,]+/)
    .filter((word) => word !== '')
    .map((word) => word.toUpperCase());
}

function known(checks: readonly AnyCheck[], id: string): string {
  const ids = checks.map((check) => check.id);
  if (ids.includes(id)) return id;
  const near = closest(id, ids);
  // A guess at any cost would only lead astray.
  const guess = distance(id, near) <= Math.max(3, id.length / 2) ? `did you mean ${near}? ` : '';
  throw new UsageError(`there is no check ${id}`, { fix: `${guess}proxwright doctor --list` });
}
