import type { Call, StepValue } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';
import { apiPath } from '../pve/pve.ts';

export interface SetStorageContentArgs extends Record<string, StepValue> {
  storage: string;
  /** Content types to switch on beside those that are on. */
  add: readonly string[];
}

/** Lets a storage hold further kinds of content, such as `snippets`. */
export const setStorageContent: Verb<SetStorageContentArgs, { before: string }> = {
  name: 'set-storage-content',

  calls: ({ storage, add }, facts): Call[] => {
    const now = facts.storages.find((other) => other.storage === storage)?.content ?? [];
    return [{ method: 'PUT', path: apiPath`/storage/${storage}`, params: { content: joined(now, add) } }];
  },

  check({ storage, add }, facts) {
    const now = facts.storages.find((other) => other.storage === storage)?.content ?? [];
    return add.every((type) => now.includes(type))
      ? { needed: false, why: 'is switched on', receipt: { before: now.join(',') } }
      : { needed: true };
  },

  async apply({ storage, add }, context) {
    const path = apiPath`/storage/${storage}`;
    const { content, digest } = await context.pve.get<{ content: string; digest: string }>(path, {}, context);
    const noted = context.attempt.notes[0] as { before: string } | undefined;
    const before = noted?.before ?? content;
    await context.note({ before });
    await context.pve.put<unknown>(path, { content: joined(content.split(','), add), digest }, context);
    return { before };
  },

  async find({ storage, add }, context) {
    const noted = context.attempt.notes[0] as { before: string } | undefined;
    const { content } = await context.pve.get<{ content: string }>(apiPath`/storage/${storage}`, {}, context);
    return noted && add.every((type) => content.split(',').includes(type))
      ? { before: noted.before }
      : undefined;
  },

  async undo({ storage }, { before }, context) {
    await context.pve.put<unknown>(apiPath`/storage/${storage}`, { content: before }, context);
  },
};

function joined(now: readonly string[], add: readonly string[]): string {
  return [...new Set([...now, ...add])].join(',');
}
