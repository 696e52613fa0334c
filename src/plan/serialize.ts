import { RunError } from '../errors.ts';
import type { Plan } from './plan.ts';
import { Secret } from './secret.ts';
import type { Json, StepValue } from './step.ts';

/** A plan as JSON, with every secret taken out into `secrets`; the JSON holds its key and what may be seen. */
export interface SerializedPlan {
  plan: Json;
  secrets: Record<string, string>;
}

const KEY = '$secret';

export function serializePlan(plan: Plan): SerializedPlan {
  const secrets: Record<string, string> = {};
  const keys = new Map<string, string>();
  const out = (value: StepValue): Json => {
    if (value instanceof Secret) {
      const text = value.reveal();
      const key = keys.get(text) ?? `s${keys.size}`;
      keys.set(text, key);
      secrets[key] = text;
      return { [KEY]: key, shown: value.shown };
    }
    if (Array.isArray(value)) return value.map(out);
    if (typeof value === 'object' && value !== null) {
      const entries = Object.entries(value).filter(([, part]) => part !== undefined);
      return Object.fromEntries(entries.map(([key, part]) => [key, out(part)]));
    }
    return (value ?? null) as Json;
  };
  return { plan: out(plan as unknown as StepValue), secrets };
}

/**
 * The plan again. A secret that is not in `secrets` is refused, since its mask would end up in its place;
 * `masked` says that it is not needed any more (undo of a run that ended well).
 */
export function parsePlan(
  json: Json,
  secrets: Readonly<Record<string, string>>,
  { masked = false }: { masked?: boolean } = {},
): Plan {
  const back = (value: Json): StepValue => {
    if (Array.isArray(value)) return value.map(back);
    if (typeof value !== 'object' || value === null) return value as StepValue;
    const object = value as Record<string, Json>;
    const key = object[KEY];
    if (typeof key === 'string') {
      const text = secrets[key];
      if (text === undefined && !masked) {
        throw new RunError('the secrets of this run are gone, so it cannot go on', {
          fix: 'apply its answers again: what the run made is found by its mark and kept',
        });
      }
      return new Secret(text ?? '', String(object.shown));
    }
    return Object.fromEntries(Object.entries(object).map(([name, part]) => [name, back(part)]));
  };
  return back(json) as unknown as Plan;
}
