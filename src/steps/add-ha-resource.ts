import type { Call, StepValue } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';
import { type HaResource, type HaRow, haMark, haResource, isMarked, sidOf } from '../pve/ha.ts';
import { entryPath, type HaValues, putBack, RESOURCES, readEntry, setEntry, valuesOf } from './ha-entry.ts';
import { type GuestRef, ownPlace } from './our-guest.ts';

export interface AddHaResourceArgs extends Record<string, StepValue> {
  guest: GuestRef & Record<string, StepValue>;
  cluster: string;
  group: string;
  /** What is asked of the manager; the guest is started or stopped by it from now on. */
  state: string;
  maxRestart: number;
  maxRelocate: number;
  /** PVE 9; in PVE 8 the HA group says it. */
  failback?: boolean;
  /** PVE 8. */
  haGroup?: string;
}

/** Puts a guest of ours under high availability, or changes what the manager is to do with it. */
export const addHaResource: Verb<AddHaResourceArgs, { sid: string; before: HaValues | null }> = {
  name: 'add-ha-resource',

  calls(args, facts): Call[] {
    const there = facts.guests.find((guest) => guest.identity?.uid === args.guest.uid);
    const sid = sidOf(there?.vmid ?? args.guest.vmid);
    const known = there && facts.ha.resources.find((resource) => resource.sid === sid);
    if (!known) return [{ method: 'POST', path: '/cluster/ha/resources', params: { sid, ...wanted(args) } }];
    return [{ method: 'PUT', path: entryPath(RESOURCES, sid), params: wanted(args, known.comment) }];
  },

  check(args, facts) {
    const there = facts.guests.find((guest) => guest.identity?.uid === args.guest.uid);
    const known = there && facts.ha.resources.find((resource) => resource.sid === sidOf(there.vmid));
    if (!known) return { needed: true };
    const different = differences(args, known);
    if (different.length > 0) return { needed: true, why: `${different.join(', ')} differ` };
    return { needed: false, why: 'is under HA', receipt: { sid: known.sid, before: null } };
  },

  async apply(args, context) {
    const sid = sidOf(ownPlace(args.guest, context).vmid);
    const now = await readEntry(RESOURCES, sid, context);
    const noted = context.attempt.notes[0] as { before: HaValues | null } | undefined;
    const before = noted ? noted.before : now && valuesOf(RESOURCES, now);
    if (!noted) await context.note({ before });
    const values = wanted(args, now ? String(now.comment ?? '') : undefined);
    await setEntry(RESOURCES, sid, { values, now, drop: ['group', 'failback'], context });
    return { sid, before };
  },

  async find(args, context) {
    const noted = context.attempt.notes[0] as { before: HaValues | null } | undefined;
    const sid = sidOf(ownPlace(args.guest, context).vmid);
    const now: HaRow | null = noted ? await readEntry(RESOURCES, sid, context) : null;
    if (!noted || !now || differences(args, haResource(now)).length > 0) return undefined;
    return { sid, before: noted.before };
  },

  async undo({ cluster }, { sid, before }, context) {
    await putBack(RESOURCES, sid, { before, cluster, context });
  },
};

/** Somebody else's comment on a resource that was there already stays. */
function wanted(args: AddHaResourceArgs, comment = ''): HaValues {
  const { cluster, group } = args;
  return {
    state: args.state,
    max_restart: args.maxRestart,
    max_relocate: args.maxRelocate,
    ...(args.haGroup === undefined ? {} : { group: args.haGroup }),
    ...(args.failback === false ? { failback: 0 } : {}),
    ...(comment === '' || isMarked(comment, cluster) ? { comment: haMark(cluster, group) } : {}),
  };
}

function differences(args: AddHaResourceArgs, now: HaResource): string[] {
  const pairs: Record<string, [unknown, unknown]> = {
    state: [args.state, now.state],
    max_restart: [args.maxRestart, now.maxRestart],
    max_relocate: [args.maxRelocate, now.maxRelocate],
    group: [args.haGroup, now.group],
    failback: [args.failback ?? true, now.failback],
  };
  return Object.entries(pairs).flatMap(([name, [want, is]]) => (want === is ? [] : [name]));
}
