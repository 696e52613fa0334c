import { ApiError } from '../errors.ts';
import type { Call, StepValue } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';
import { type HaGroup, haGroup, haMark } from '../pve/ha.ts';
import {
  dropEntry,
  entryPath,
  GROUPS,
  type HaValues,
  putBack,
  readEntry,
  setEntry,
  valuesOf,
} from './ha-entry.ts';

export interface WriteHaGroupArgs extends Record<string, StepValue> {
  haGroup: string;
  cluster: string;
  group: string;
  /** With priorities: `pve1:2`. None: the group goes, unless somebody else's resource uses it. */
  nodes: readonly string[];
  /** Guests stop rather than run elsewhere. */
  restricted: boolean;
  nofailback: boolean;
}

/** Writes an HA group, by which PVE 8 knows which nodes a guest prefers. */
export const writeHaGroup: Verb<WriteHaGroupArgs, { before: HaValues | null }> = {
  name: 'write-ha-group',

  calls(args, facts): Call[] {
    const path = entryPath(GROUPS, args.haGroup);
    const now = facts.ha.groups.some((group) => group.group === args.haGroup);
    if (args.nodes.length === 0) return now ? [{ method: 'DELETE', path }] : [];
    if (now) return [{ method: 'PUT', path, params: valuesFor(args) }];
    return [
      { method: 'POST', path: '/cluster/ha/groups', params: { group: args.haGroup, ...valuesFor(args) } },
    ];
  },

  check(args, facts) {
    const now = facts.ha.groups.find((group) => group.group === args.haGroup);
    const receipt = { before: null };
    if (args.nodes.length === 0)
      return now ? { needed: true } : { needed: false, why: 'is not there', receipt };
    if (!now) return { needed: true };
    if (!isSo(args, now)) return { needed: true, why: 'nodes or options differ' };
    return { needed: false, why: 'is written', receipt };
  },

  async apply(args, context) {
    const now = await readEntry(GROUPS, args.haGroup, context);
    const noted = context.attempt.notes[0] as { before: HaValues | null } | undefined;
    const before = noted ? noted.before : now && valuesOf(GROUPS, now);
    if (!noted) await context.note({ before });
    if (args.nodes.length > 0) {
      await setEntry(GROUPS, args.haGroup, { values: valuesFor(args), now, context });
      return { before };
    }
    try {
      if (now) await dropEntry(GROUPS, args.haGroup, context);
    } catch (error) {
      if (!(error instanceof ApiError && /is used by service/.test(error.message))) throw error;
      context.log(`HA group ${args.haGroup} stays: ${error.message}`);
    }
    return { before };
  },

  async find(args, context) {
    const noted = context.attempt.notes[0] as { before: HaValues | null } | undefined;
    const now = noted ? await readEntry(GROUPS, args.haGroup, context) : null;
    if (args.nodes.length === 0) return now ? undefined : noted;
    return now && isSo(args, haGroup(now)) ? noted : undefined;
  },

  async undo({ haGroup: id, cluster }, { before }, context) {
    await putBack(GROUPS, id, { before, cluster, context });
  },
};

function valuesFor({ cluster, group, nodes, restricted, nofailback }: WriteHaGroupArgs): HaValues {
  return {
    nodes: nodes.join(','),
    restricted: restricted ? 1 : 0,
    nofailback: nofailback ? 1 : 0,
    comment: haMark(cluster, group),
  };
}

function isSo(args: WriteHaGroupArgs, now: HaGroup): boolean {
  return (
    [...args.nodes].sort().join() === now.nodes.join() &&
    args.restricted === now.restricted &&
    args.nofailback === now.nofailback
  );
}
