import { ApiError } from '../errors.ts';
import type { StepContext } from '../plan/verb.ts';
import { apiPath } from '../pve/pve.ts';

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
