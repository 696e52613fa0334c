import type { ClusterAnswers } from '../answers.ts';
import type { Group } from '../guests/guests.ts';
import { refOf, removeOldId, stepIds } from '../guests/ids.ts';
import type { PlacedGuest } from '../guests/placement.ts';
import { inAddressOrder, oldHolders } from './address-order.ts';

/** How one guest takes the place of its old ones. */
export interface Roll {
  /** The old ones stop before it starts; else once it answers. */
  stopFirst: boolean;
  /** Steps that must be done before anything of this guest is touched. */
  after: readonly string[];
  /** Seconds to let pass behind it, where another one follows. */
  pause: number;
}

export interface Pace {
  /** Guests beyond the number of the group. */
  surge: number;
  /** Guests that may be missing of it. */
  unavailable: number;
}

/**
 * How many guests of a group may be more or fewer meanwhile. Two guests never have one fixed address, nor are
 * they two nodes of one name.
 */
export function paceOf(
  { update, preset }: Pick<ClusterAnswers, 'update' | 'preset'>,
  group: Pick<Group, 'networks'>,
): Pace {
  const fixed = preset !== undefined || group.networks.some(({ ip }) => ip !== 'dhcp');
  const surge = fixed ? 0 : (update.max_surge ?? 1);
  return { surge, unavailable: Math.max(update.max_unavailable ?? 0, surge === 0 ? 1 : 0) };
}

/**
 * The order in which guests are replaced: group by group, once what is missing of a group has been made. Of
 * `surge + unavailable` guests in a row each begins when the one that many places before it is over; so of
 * those under way at most `surge` run beside their old ones, and at most `unavailable` have none running.
 */
export function rollOrder(answers: ClusterAnswers, guests: readonly PlacedGuest[]): Map<string, Roll> {
  const rolls = new Map<string, Roll>();
  const holders = oldHolders(guests);
  let before: string[] = [];
  for (const group of answers.groups) {
    const own = guests.filter((guest) => guest.group === group);
    const replaced = inAddressOrder(own.filter((guest) => guest.olds.length > 0));
    if (replaced.length === 0) continue;
    const made = own.filter((guest) => !guest.existing && guest.olds.length === 0);
    const first = [...before, ...made.map((guest) => lastStep(guest, answers))];
    const { surge, unavailable } = paceOf(answers, group);
    const width = surge + unavailable;
    replaced.forEach((guest, at) => {
      const over = replaced[at - width];
      const last = replaced[at - 1];
      const after = [
        ...(over ? endSteps(over, answers) : first),
        // In order, so that a failure keeps all later ones from being begun.
        ...(last && width > 1 ? [firstStep(last)] : []),
        // Two guests never have one address.
        ...holders(guest).flatMap((other) => (rolls.has(other.name) ? other.olds.map(removeOldId) : [])),
      ];
      rolls.set(guest.name, {
        stopFirst: at % width >= surge,
        after: [...new Set(after)],
        pause: answers.update.pause,
      });
    });
    before = replaced.slice(-width).flatMap((guest) => endSteps(guest, answers));
  }
  const last = [...rolls].at(-1);
  if (last) rolls.set(last[0], { ...last[1], pause: 0 });
  return rolls;
}

/** The step that ends the making of a guest. */
export function lastStep(guest: PlacedGuest, { start, wait }: ClusterAnswers): string {
  const ids = stepIds(guest.name);
  if (!start) return ids.grow;
  const asked = wait.address && guest.nics.length > 0;
  return asked || guest.group.ready || guest.olds.length > 0 ? ids.wait : ids.start;
}

/** The step that begins with a guest. */
export function firstStep(guest: PlacedGuest): string {
  return guest.existing ? stepIds(guest.name).configure : refOf(guest).step;
}

/** The steps behind which a guest's replacement is over. */
function endSteps(guest: PlacedGuest, { update, start }: ClusterAnswers): string[] {
  if (start && update.pause > 0) return [stepIds(guest.name).pause];
  return guest.olds.map(removeOldId);
}
