import { RunError } from '../errors.ts';
import type { Call, StepValue } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';
import { apiPath } from '../pve/pve.ts';
import { readMapping, refuseWhileUsed } from './directory-mapping.ts';

export interface UnmapDirectoryArgs extends Record<string, StepValue> {
  id: string;
  /** That says that the mapping is ours: with another one it is left alone. */
  description: string;
}

/** The mapping as it was; null where it was gone already. */
type Receipt = { before: { map: string[]; description: string | null } | null };

/** Removes a directory mapping that we made. The folders stay as they are. */
export const unmapDirectory: Verb<UnmapDirectoryArgs, Receipt> = {
  name: 'unmap-directory',

  calls: ({ id }): Call[] => [{ method: 'DELETE', path: apiPath`/cluster/mapping/dir/${id}` }],

  check({ id }, facts) {
    const there = facts.mappings.some((mapping) => mapping.id === id);
    return there ? { needed: true } : { needed: false, why: 'is gone', receipt: { before: null } };
  },

  async apply({ id, description }, context) {
    const before = await readMapping(id, context);
    if (!before) return { before: null };
    if (before.description !== description) {
      throw new RunError(`directory mapping ${id} is not the one that proxwright made`, {
        why: `its description is ${JSON.stringify(before.description ?? '')} now, not ${JSON.stringify(description)}`,
        fix: 'look at it in the web interface (Datacenter, Directory Mappings); remove it by hand if it should go',
      });
    }
    await refuseWhileUsed(id, context);
    await context.note({ before: { ...before } });
    await context.pve.delete<null>(apiPath`/cluster/mapping/dir/${id}`, {}, context);
    return { before: { ...before } };
  },

  async find({ id }, context) {
    const noted = context.attempt.notes[0] as Receipt | undefined;
    return noted && !(await readMapping(id, context)) ? noted : undefined;
  },

  async undo({ id }, { before }, context) {
    if (before === null || (await readMapping(id, context))) return;
    const { map, description } = before;
    await context.pve.post<null>(
      '/cluster/mapping/dir',
      { id, map, ...(description === null ? {} : { description }) },
      context,
    );
  },
};
