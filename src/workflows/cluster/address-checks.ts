import type { Facts, GuestFacts } from '../../facts/facts.ts';
import type { Finding } from '../../plan/step.ts';
import type { ClusterAnswers } from './answers.ts';
import type { PlacedGuest } from './guests/placement.ts';
import { segmentOf } from './life/address-order.ts';

export interface AddressInputs {
  answers: ClusterAnswers;
  facts: Facts;
  guests: readonly PlacedGuest[];
  /** Names of the guests that are made anew, in their order. */
  rolled: readonly string[];
}

/** Addresses that other guests' configs hold. What is on the wire without a config, nobody can say here. */
export function checkAddresses({ answers, facts, guests, rolled }: AddressInputs): Finding[] {
  const holders = new Map<string, { guest: GuestFacts; segment: string | undefined }[]>();
  for (const guest of facts.guests) {
    // Whether those are to go is asked elsewhere, and comes first.
    if (isOfUnnamedGroup(guest, answers)) continue;
    guest.addresses.forEach((address, at) => {
      const known = holders.get(address) ?? [];
      holders.set(address, [...known, { guest, segment: guest.segments?.[at] }]);
    });
  }
  const owners = new Map<GuestFacts, PlacedGuest>();
  for (const guest of guests)
    for (const there of [...(guest.existing ? [guest.existing] : []), ...guest.olds])
      owners.set(there, guest);
  const turn = new Map(rolled.map((name, at) => [name, at]));

  /** Whether the holder is gone, or the very same, when the guest gets the address. */
  const isFree = (guest: PlacedGuest, holder: GuestFacts): boolean => {
    const owner = owners.get(holder);
    if (owner === guest) return true;
    if (!owner || owner.existing === holder) return false;
    return (turn.get(owner.name) ?? Number.NaN) < (turn.get(guest.name) ?? Number.NaN);
  };

  return guests.flatMap((guest) =>
    guest.nics.flatMap(({ address, network }, at): Finding[] => {
      const plain = address.split('/')[0] ?? '';
      const taken = (holders.get(plain) ?? [])
        .filter(({ segment }) => segment === undefined || segment === segmentOf(network))
        .find((holder) => !isFree(guest, holder.guest));
      if (!taken) return [];
      const { guest: holder } = taken;
      return [
        {
          severity: 'error',
          path: `groups.${answers.groups.indexOf(guest.group)}.networks.${at}.ip`,
          message: `${plain}, meant for ${guest.name}, is the address of ${holder.name} (${holder.vmid} on ${holder.node})`,
          ...whatToDo(holder, { answers, owner: owners.get(holder) }),
        },
      ];
    }),
  );
}

/** Of a cluster's own guests the new ones come first, so that an address is not free yet when it is wanted. */
function whatToDo(
  { name, identity }: GuestFacts,
  { answers, owner }: { answers: ClusterAnswers; owner: PlacedGuest | undefined },
): { fix: string } {
  if (owner && owner.olds.length > 0)
    return { fix: `${name} gets another one only later: apply with other addresses first, then with these` };
  if (!owner && identity?.cluster === answers.name)
    return {
      fix: `${name} is removed only when the new guests are there: let the group count up from another address, or remove ${name} first`,
    };
  return { fix: 'let the group count up from another address' };
}

function isOfUnnamedGroup(
  { identity }: GuestFacts,
  { name, groups, removed_groups }: ClusterAnswers,
): boolean {
  const group = identity?.group ?? '';
  return (
    identity?.cluster === name &&
    groups.every((other) => other.name !== group) &&
    !removed_groups?.includes(group)
  );
}
