import type { Call, StepValue } from '../plan/step.ts';
import type { StepContext, Verb } from '../plan/verb.ts';
import { apiPath } from '../pve/pve.ts';
import { nodeOf, readMapping, refuseWhileUsed } from './directory-mapping.ts';

export interface MapDirectoryArgs extends Record<string, StepValue> {
  /** Of the mapping; the guest's mount tag. */
  id: string;
  /** Node → folder. */
  paths: Readonly<Record<string, string>>;
  /** Of a mapping that is made; one that is there keeps its own. */
  description: string;
}

/** `before`: the mapping's entries as they were, null where there was none. */
type Receipt = { before: string[] | null };

/** Makes a directory mapping, or adds the nodes that it lacks. */
export const mapDirectory: Verb<MapDirectoryArgs, Receipt> = {
  name: 'map-directory',

  calls({ id, paths, description }, facts): Call[] {
    const there = facts.mappings.find((mapping) => mapping.id === id);
    const map = entries({ ...there?.paths, ...paths });
    return there
      ? [{ method: 'PUT', path: apiPath`/cluster/mapping/dir/${id}`, params: { map } }]
      : [{ method: 'POST', path: '/cluster/mapping/dir', params: { id, map, description } }];
  },

  check({ id, paths }, facts) {
    const there = facts.mappings.find((mapping) => mapping.id === id);
    const missing = Object.keys(paths).filter((node) => there?.paths[node] !== paths[node]);
    if (missing.length > 0) return { needed: true, ...(there ? { why: `lacks ${missing.join(', ')}` } : {}) };
    return { needed: false, why: 'is mapped', receipt: { before: there ? entries(there.paths) : null } };
  },

  async apply({ id, paths, description }, context) {
    const now = await current(id, context);
    const noted = context.attempt.notes[0] as Receipt | undefined;
    const before = noted ? noted.before : now;
    if (!noted) await context.note({ before });
    const map = [...(now ?? []).filter((entry) => !(nodeOf(entry) in paths)), ...entries(paths)].sort();
    if (now) await context.pve.put<null>(apiPath`/cluster/mapping/dir/${id}`, { map }, context);
    else await context.pve.post<null>('/cluster/mapping/dir', { id, map, description }, context);
    return { before };
  },

  async find({ id, paths }, context) {
    const noted = context.attempt.notes[0] as Receipt | undefined;
    const now = await current(id, context);
    return noted && now && entries(paths).every((entry) => now.includes(entry)) ? noted : undefined;
  },

  async undo({ id }, { before }, context) {
    const path = apiPath`/cluster/mapping/dir/${id}`;
    if (before === null) {
      await refuseWhileUsed(id, context);
      await context.pve.delete<null>(path, {}, context);
    } else await context.pve.put<null>(path, { map: before }, context);
  },
};

/** As PVE writes them: `node=pve1,path=/srv/data`. */
function entries(paths: Readonly<Record<string, string>>): string[] {
  return Object.entries(paths)
    .map(([node, path]) => `node=${node},path=${path}`)
    .sort();
}

async function current(id: string, context: StepContext): Promise<string[] | null> {
  return (await readMapping(id, context))?.map ?? null;
}
