import type { Facts } from '../../../facts/facts.ts';
import type { Step, StepValue } from '../../../plan/step.ts';
import { isMarked, sidOf, vmidOf } from '../../../pve/ha.ts';
import type { GuestRef } from '../../../steps/our-guest.ts';
import { guestsOf } from '../guests/guests.ts';

export interface Kept {
  /** Guests that stay under HA. */
  vmids?: ReadonlySet<number>;
  /** Rules or groups. */
  ids?: ReadonlySet<string>;
}

/** What of a cluster's is in HA and shall not be any longer; nothing that somebody else made. */
export interface Leaving {
  /** Rules go first: what is left of them could be refused. */
  rules: Step[];
  resources: Step[];
  /** HA groups (PVE 8) go when no resource is in them. */
  groups: Step[];
}

/** Rules, groups and resources with this cluster's mark, beyond those that are kept. */
export function leavingHa(cluster: string, facts: Facts, kept: Kept = {}): Leaving {
  const rules = facts.ha.rules
    .filter(({ rule, comment }) => isOurs(rule, comment, cluster) && !kept.ids?.has(rule))
    .map(({ rule, type }) => ({
      id: `remove HA rule ${rule}`,
      title: `remove HA rule ${rule}`,
      verb: 'write-ha-rule',
      args: { rule, cluster, type, guests: [] },
      needs: [],
      uses: {},
    }));
  const first = rules.map((step) => step.id);
  const guests = new Map(facts.guests.map((guest) => [guest.vmid, guest]));
  const ours = new Set(guestsOf(cluster, facts));
  const resources = facts.ha.resources.flatMap((resource): Step[] => {
    const vmid = vmidOf(resource.sid);
    if (vmid === undefined || kept.vmids?.has(vmid) || !isMarked(resource.comment, cluster)) return [];
    const guest = guests.get(vmid);
    if (guest)
      return ours.has(guest)
        ? [leaveStep(guest.name, vmid, { cluster, uid: guest.identity?.uid ?? '', needs: first })]
        : [];
    return [leaveStep('a guest that is gone', vmid, { cluster, uid: '', needs: first })];
  });
  const groups = facts.ha.groups
    .filter(({ group, comment }) => isOurs(group, comment, cluster) && !kept.ids?.has(group))
    .map(({ group }) => ({
      id: `remove HA group ${group}`,
      title: `remove HA group ${group}`,
      verb: 'write-ha-group',
      args: { haGroup: group, cluster, group: '', nodes: [], restricted: false, nofailback: false },
      needs: resources.map((step) => step.id),
      uses: {},
    }));
  return { rules, resources, groups };
}

/**
 * The steps with what must come before some of them: a guest under HA, whoever put it there, leaves it before
 * it is shut down or removed, since the manager would start it again.
 */
export function withLeaving(
  steps: readonly Step[],
  { cluster, facts, first }: { cluster: string; facts: Facts; first: readonly string[] },
): Step[] {
  const managed = new Set(facts.ha.resources.map((resource) => resource.sid));
  const left = new Map<string, Step>();
  const changed = steps.map((step): Step => {
    if (step.verb !== 'stop-guest' && step.verb !== 'destroy-guest') return step;
    const { guest } = step.args as { guest: GuestRef & Record<string, StepValue> };
    const sid = sidOf(guest.vmid);
    if (!managed.has(sid)) return step;
    const leave =
      left.get(sid) ??
      leaveStep(guest.name, guest.vmid, { cluster, uid: guest.uid, needs: [...step.needs, ...first] });
    left.set(sid, leave);
    return { ...step, needs: [...step.needs, leave.id] };
  });
  const before = new Map([...left.values()].map((step) => [step.id, step]));
  // Each before the first step that waits for it, as people read a plan.
  return changed.flatMap((step) => {
    const own = step.needs.flatMap((id) => {
      const leave = before.get(id);
      before.delete(id);
      return leave ? [leave] : [];
    });
    return [...own, step];
  });
}

/** A removal's steps, with all that this cluster has in HA. */
export function destroyHa(
  cluster: string,
  { facts, steps }: { facts: Facts; steps: readonly Step[] },
): Step[] {
  const leaving = leavingHa(cluster, facts);
  const all = withLeaving(steps, { cluster, facts, first: leaving.rules.map((step) => step.id) });
  const known = new Set(all.map((step) => step.id));
  const resources = leaving.resources.filter((step) => !known.has(step.id));
  return [...leaving.rules, ...resources, ...all, ...leaving.groups];
}

function leaveStep(
  name: string,
  vmid: number,
  { cluster, uid, needs }: { cluster: string; uid: string; needs: readonly string[] },
): Step {
  return {
    id: `take ${name} (${vmid}) out of HA`,
    title: `take ${name} (${vmid}) out of HA`,
    verb: 'remove-ha-resource',
    args: { sid: sidOf(vmid), uid, cluster },
    needs,
    uses: {},
  };
}

/** The migration to PVE 9 makes rules of groups, and keeps their comments. */
function isOurs(id: string, comment: string, cluster: string): boolean {
  return /^(ha-group-)?proxwright_/.test(id) && isMarked(comment, cluster);
}
