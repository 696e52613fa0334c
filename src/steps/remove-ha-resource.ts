import { RunError } from '../errors.ts';
import type { Call, StepValue } from '../plan/step.ts';
import type { StepContext, Verb } from '../plan/verb.ts';
import { type HaRow, haRule, isMarked, LEAST, vmidOf } from '../pve/ha.ts';
import {
  dropEntry,
  entryPath,
  type HaValues,
  RESOURCES,
  RULES,
  readEntry,
  setEntry,
  valuesOf,
} from './ha-entry.ts';

export interface RemoveHaResourceArgs extends Record<string, StepValue> {
  sid: string;
  /** Of the guest; empty where the guest is gone and only its resource is left. */
  uid: string;
  cluster: string;
}

interface Receipt extends Record<string, HaValues | string[] | null> {
  before: HaValues | null;
  /** Rules that held the resource. */
  rules: string[];
}

/** Takes a guest out of high availability, and out of all rules, as the manager's own purge does. It runs on. */
export const removeHaResource: Verb<RemoveHaResourceArgs, Receipt> = {
  name: 'remove-ha-resource',

  calls: ({ sid }): Call[] => [{ method: 'DELETE', path: entryPath(RESOURCES, sid) }],

  check({ sid }, facts) {
    const there = facts.ha.resources.some((resource) => resource.sid === sid);
    return there
      ? { needed: true }
      : { needed: false, why: 'is not under HA', receipt: { before: null, rules: [] } };
  },

  async apply(args, context) {
    const now = await readEntry(RESOURCES, args.sid, context);
    const noted = context.attempt.notes[0] as Receipt | undefined;
    if (!now) return noted ?? { before: null, rules: [] };
    refuseForeign(args, now, context);
    const holding = await rulesWith(args.sid, context);
    const receipt = noted ?? {
      before: valuesOf(RESOURCES, now),
      rules: holding.map((row) => String(row.rule)),
    };
    if (!noted) await context.note(receipt);
    await dropEntry(RESOURCES, args.sid, context);
    // Before 9.1 the manager leaves it in rules, and then refuses every change of these.
    for (const row of await rulesWith(args.sid, context)) {
      const { rule, type, resources } = haRule(row);
      const left = resources.filter((sid) => sid !== args.sid);
      if (left.length === 0) await dropEntry(RULES, rule, context);
      else if (left.length >= LEAST[type]) await setRule(row, left, context);
      else context.log(`HA rule ${rule} is left with ${left.join(', ')} alone, and has no effect`);
    }
    return receipt;
  },

  async find({ sid }, context) {
    const noted = context.attempt.notes[0] as Receipt | undefined;
    return noted && !(await readEntry(RESOURCES, sid, context)) ? noted : undefined;
  },

  async undo({ sid }, { before, rules }, context) {
    if (!before) return;
    if (!(await readEntry(RESOURCES, sid, context)))
      await setEntry(RESOURCES, sid, { values: before, now: null, context });
    for (const id of rules) {
      const row = await readEntry(RULES, id, context);
      const held = row ? haRule(row).resources : [];
      // A rule that is gone was removed by a step that puts it back itself.
      if (row && !held.includes(sid)) await setRule(row, [...held, sid], context);
    }
  },
};

/** An id alone never proves that a guest is ours. */
function refuseForeign({ sid, uid, cluster }: RemoveHaResourceArgs, now: HaRow, context: StepContext): void {
  const guest = context.facts.guests.find((other) => other.vmid === vmidOf(sid));
  const ours = guest ? guest.identity?.uid === uid : isMarked(String(now.comment ?? ''), cluster);
  if (ours) return;
  throw new RunError(`the HA resource ${sid} is not of a guest that proxwright made`, {
    where: sid,
    why: guest ? `${guest.vmid} is "${guest.name}"` : 'there is no such guest, and its comment is not ours',
    fix: 'look at it in the web interface, Datacenter, HA',
  });
}

/** None where there are groups in place of rules. */
async function rulesWith(sid: string, context: StepContext): Promise<readonly HaRow[]> {
  if (context.facts.ha.mode === 'groups') return [];
  return context.pve.get<HaRow[]>('/cluster/ha/rules', { resource: sid }, context);
}

async function setRule(row: HaRow, resources: readonly string[], context: StepContext): Promise<void> {
  const values = { type: String(row.type), resources: resources.join(',') };
  await setEntry(RULES, String(row.rule), { values, now: row, context });
}
