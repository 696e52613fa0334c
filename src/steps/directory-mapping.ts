import { ApiError, RunError } from '../errors.ts';
import type { StepContext } from '../plan/verb.ts';
import { parseProperties } from '../pve/property-string.ts';
import { apiPath } from '../pve/pve.ts';
import { named, remaining } from './our-guest.ts';

export interface DirectoryMapping {
  /** `node=pve1,path=/srv/data`, sorted. */
  map: string[];
  description: string | null;
}

/** A directory mapping as it is now, or undefined where there is none. */
export async function readMapping(id: string, context: StepContext): Promise<DirectoryMapping | undefined> {
  try {
    const path = apiPath`/cluster/mapping/dir/${id}`;
    const { map, description } = await context.pve.get<{ map: string[]; description?: string }>(
      path,
      {},
      context,
    );
    const entries = map.map(
      (entry) => `node=${nodeOf(entry)},path=${/(?:^|,)path=([^,]+)/.exec(entry)?.[1] ?? ''}`,
    );
    return { map: entries.sort(), description: description ?? null };
  } catch (error) {
    if (error instanceof ApiError && /does not exist|not found|no such/i.test(error.message))
      return undefined;
    throw error;
  }
}

export function nodeOf(entry: string): string {
  return /(?:^|,)node=([^,]+)/.exec(entry)?.[1] ?? '';
}

/** PVE would remove it, and guests that came to use it since would not start again. */
export async function refuseWhileUsed(id: string, context: StepContext): Promise<void> {
  const users = await remaining(
    context.facts.guests.filter((guest) => guest.mappings?.includes(id)),
    context,
    (config) =>
      Object.entries(config).some(
        ([key, value]) => /^virtiofs\d+$/.test(key) && parseProperties(String(value), 'dirid').dirid === id,
      ),
  );
  if (users.length === 0) return;
  throw new RunError(`directory mapping ${id} is still in use`, {
    why: `by ${named(users)}`,
    fix: 'take the share from them, then try again',
  });
}
