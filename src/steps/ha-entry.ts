import { ApiError } from '../errors.ts';
import type { StepContext } from '../plan/verb.ts';
import { type HaRow, isMarked } from '../pve/ha.ts';
import { apiPath } from '../pve/pve.ts';

/** What of an entry can be set, so that it can be put back as it was. */
export type HaValues = Record<string, string | number>;

/** One of the three lists below /cluster/ha. */
export interface HaKind {
  list: 'resources' | 'rules' | 'groups';
  /** The parameter that names an entry. */
  id: 'sid' | 'rule' | 'group';
  keys: readonly string[];
}

export const RESOURCES: HaKind = {
  list: 'resources',
  id: 'sid',
  keys: ['state', 'group', 'failback', 'max_restart', 'max_relocate', 'comment'],
};

export const RULES: HaKind = {
  list: 'rules',
  id: 'rule',
  keys: ['type', 'resources', 'nodes', 'strict', 'affinity', 'disable', 'comment'],
};

export const GROUPS: HaKind = {
  list: 'groups',
  id: 'group',
  keys: ['nodes', 'restricted', 'nofailback', 'comment'],
};

export function entryPath({ list }: HaKind, id: string): string {
  return `/cluster/ha/${list}${apiPath`/${id}`}`;
}

/** The entry as it is now, null where there is none. */
export async function readEntry(kind: HaKind, id: string, context: StepContext): Promise<HaRow | null> {
  try {
    return await context.pve.get<HaRow>(entryPath(kind, id), {}, context);
  } catch (error) {
    if (error instanceof ApiError && /no such (ha )?(resource|rule|group)/.test(error.message)) return null;
    throw error;
  }
}

export function valuesOf({ keys }: HaKind, row: HaRow): HaValues {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = row[key];
      return value === undefined || value === null
        ? []
        : [[key, typeof value === 'number' ? value : String(value)]];
    }),
  );
}

/** Makes the entry, or changes the one that is there; what it has of `drop` beyond `values` is unset. */
export async function setEntry(
  kind: HaKind,
  id: string,
  {
    values,
    now,
    drop = [],
    context,
  }: { values: HaValues; now: HaRow | null; drop?: readonly string[]; context: StepContext },
): Promise<void> {
  if (!now) {
    await context.pve.post<null>(`/cluster/ha/${kind.list}`, { [kind.id]: id, ...values }, context);
    return;
  }
  const surplus = drop.filter((key) => now[key] !== undefined && values[key] === undefined);
  await context.pve.put<null>(
    entryPath(kind, id),
    {
      ...values,
      ...(surplus.length > 0 ? { delete: surplus.join(',') } : {}),
      // Another's change meanwhile is refused, and seen at the next attempt.
      ...(now.digest === undefined ? {} : { digest: String(now.digest) }),
    },
    context,
  );
}

/** Removes the entry; that it is gone already is as good. */
export async function dropEntry(kind: HaKind, id: string, context: StepContext): Promise<void> {
  try {
    await context.pve.delete<null>(entryPath(kind, id), {}, context);
  } catch (error) {
    if (!(error instanceof ApiError && /not HA managed|no such/.test(error.message))) throw error;
  }
}

/** As it was before our step: away if we made it and it has our mark still, else with its old values. */
export async function putBack(
  kind: HaKind,
  id: string,
  { before, cluster, context }: { before: HaValues | null; cluster: string; context: StepContext },
): Promise<void> {
  const now = await readEntry(kind, id, context);
  if (before) {
    await setEntry(kind, id, { values: before, now, drop: kind.keys, context });
  } else if (now && isMarked(String(now.comment ?? ''), cluster)) {
    await dropEntry(kind, id, context);
  }
}
