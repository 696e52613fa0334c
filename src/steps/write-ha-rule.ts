import type { Facts } from '../facts/facts.ts';
import type { Call, StepValue } from '../plan/step.ts';
import type { StepContext, Verb } from '../plan/verb.ts';
import { type HaRow, type HaRule, haMark, haRule, LEAST, sidOf, vmidOf } from '../pve/ha.ts';
import {
  dropEntry,
  entryPath,
  type HaValues,
  putBack,
  RULES,
  readEntry,
  setEntry,
  valuesOf,
} from './ha-entry.ts';
import { type GuestRef, ownPlace } from './our-guest.ts';

export interface WriteHaRuleArgs extends Record<string, StepValue> {
  rule: string;
  cluster: string;
  /** Absent for a rule of the whole cluster. */
  group?: string;
  type: HaRule['type'];
  /** Guests of ours that it is for; none: the rule goes, unless somebody put others into it. */
  guests: readonly (GuestRef & Record<string, StepValue>)[];
  /** Node affinity. */
  nodes?: readonly string[];
  /** Node affinity: guests stop rather than run elsewhere. */
  strict?: boolean;
}

/** Keeps guests apart, or on some nodes. Guests that somebody else put into the rule stay in it. */
export const writeHaRule: Verb<WriteHaRuleArgs, { before: HaValues | null }> = {
  name: 'write-ha-rule',

  calls(args, facts): Call[] {
    const now = facts.ha.rules.find((rule) => rule.rule === args.rule);
    const members = membersOf(args, now?.resources ?? [], {
      facts,
      sids: args.guests.map(plannedSid(facts)),
    });
    const path = entryPath(RULES, args.rule);
    if (members.length < LEAST[args.type]) return now ? [{ method: 'DELETE', path }] : [];
    const params = valuesFor(args, members);
    if (now) return [{ method: 'PUT', path, params }];
    return [{ method: 'POST', path: '/cluster/ha/rules', params: { rule: args.rule, ...params } }];
  },

  check(args, facts) {
    const now = facts.ha.rules.find((rule) => rule.rule === args.rule);
    const there = args.guests.every(({ uid }) => facts.guests.some((guest) => guest.identity?.uid === uid));
    const members = membersOf(args, now?.resources ?? [], {
      facts,
      sids: args.guests.map(plannedSid(facts)),
    });
    if (members.length < LEAST[args.type])
      return now ? { needed: true } : { needed: false, why: 'is not there', receipt: { before: null } };
    if (!now || !there) return { needed: true, ...(now ? { why: 'lacks new guests' } : {}) };
    const why = differences(args, members, now);
    if (why.length > 0) return { needed: true, why: `${why.join(', ')} differ` };
    return { needed: false, why: 'is written', receipt: { before: null } };
  },

  async apply(args, context) {
    const now = await readEntry(RULES, args.rule, context);
    const noted = context.attempt.notes[0] as { before: HaValues | null } | undefined;
    const before = noted ? noted.before : now && valuesOf(RULES, now);
    if (!noted) await context.note({ before });
    const members = membersNow(args, now, context);
    if (members.length < LEAST[args.type]) {
      const left = members.length > 0 ? `; ${members.join(', ')} alone would have no effect` : '';
      if (left) context.log(`HA rule ${args.rule} goes${left}`);
      if (now) await dropEntry(RULES, args.rule, context);
      return { before };
    }
    if (args.type === 'resource-affinity') await managerKnows(members.length, context);
    await setEntry(RULES, args.rule, { values: valuesFor(args, members), now, context });
    return { before };
  },

  async find(args, context) {
    const noted = context.attempt.notes[0] as { before: HaValues | null } | undefined;
    if (!noted) return undefined;
    const now = await readEntry(RULES, args.rule, context);
    const members = membersNow(args, now, context);
    if (members.length < LEAST[args.type]) return now ? undefined : noted;
    return now && differences(args, members, haRule(now)).length === 0 ? noted : undefined;
  },

  async undo({ rule, cluster, type }, { before }, context) {
    if (!before) return putBack(RULES, rule, { before, cluster, context });
    // What is no longer under HA is refused as a member.
    const rows = await context.pve.get<HaRow[]>('/cluster/ha/resources', {}, context);
    const managed = new Set(rows.map((row) => String(row.sid)));
    const members = haRule(before).resources.filter((sid) => managed.has(sid));
    if (members.length < LEAST[type]) return;
    await putBack(RULES, rule, { before: { ...before, resources: members.join(',') }, cluster, context });
  },
};

/** Those that are wanted, and those that somebody else put there; no others of this cluster. */
function membersOf(
  { cluster }: WriteHaRuleArgs,
  now: readonly string[],
  { facts, sids }: { facts: Facts; sids: readonly string[] },
): string[] {
  const foreign = now.filter((sid) => {
    const guest = facts.guests.find((other) => other.vmid === vmidOf(sid));
    if (guest) return guest.identity?.cluster !== cluster;
    return facts.ha.resources.some((resource) => resource.sid === sid);
  });
  return [...new Set([...foreign, ...sids])].sort();
}

function membersNow(args: WriteHaRuleArgs, now: HaRow | null, context: StepContext): string[] {
  const sids = args.guests.map((guest) => sidOf(ownPlace(guest, context).vmid));
  return membersOf(args, now ? haRule(now).resources : [], { facts: context.facts, sids });
}

function plannedSid(facts: Facts): (guest: GuestRef) => string {
  return ({ uid, vmid }) => sidOf(facts.guests.find((guest) => guest.identity?.uid === uid)?.vmid ?? vmid);
}

function valuesFor(args: WriteHaRuleArgs, members: readonly string[]): HaValues {
  return {
    type: args.type,
    resources: members.join(','),
    ...(args.type === 'resource-affinity'
      ? { affinity: 'negative' }
      : { nodes: (args.nodes ?? []).join(','), strict: args.strict ? 1 : 0 }),
    comment: haMark(args.cluster, args.group),
  };
}

function differences(args: WriteHaRuleArgs, members: readonly string[], now: HaRule): string[] {
  const pairs: Record<string, [string, string]> = {
    guests: [members.join(), [...now.resources].sort().join()],
    nodes: [[...(args.nodes ?? [])].sort().join(), now.nodes.join()],
    strictness: [String(args.strict ?? false), String(now.strict)],
    affinity: [args.type === 'resource-affinity' ? 'negative' : '', now.affinity ?? ''],
  };
  return Object.entries(pairs).flatMap(([name, [want, is]]) => (want === is ? [] : [name]));
}

/** The manager sleeps until its first resource, and then takes a round or two of ten seconds. */
const PATIENCE = 120_000;
const FIRST_LOOK = 500;
const SLOWEST_LOOK = 4000;

/**
 * Waits until the HA manager knows as many nodes as a rule is to keep guests apart on: before, it refuses the
 * rule for lack of nodes. Its status names each node that it knows as an `lrm`.
 */
async function managerKnows(nodes: number, context: StepContext): Promise<void> {
  const end = context.now() + PATIENCE;
  for (let wait = FIRST_LOOK; context.now() < end; wait = Math.min(SLOWEST_LOOK, wait * 2)) {
    const rows = await context.pve.get<{ type: string }[]>('/cluster/ha/status/current', {}, context);
    if (rows.filter((row) => row.type === 'lrm').length >= nodes) return;
    context.progress({ text: 'waits for the HA manager to wake' });
    await context.sleep(wait);
  }
}
