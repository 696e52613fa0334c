import type { GuestFacts } from '../../../facts/facts.ts';
import type { PlannedGuest, PlannedReplacement } from '../../../plan/plan.ts';
import type { ClusterAnswers } from '../answers.ts';
import { refOf, removeOldId, stepIds } from '../guests/ids.ts';
import type { PlacedGuest } from '../guests/placement.ts';
import { segmentOf } from './address-order.ts';
import { stopOldId } from './removal-steps.ts';
import { firstStep, lastStep } from './roll.ts';

const MIB = 1024 ** 2;

/** A guest that the answers want, as the run reports it. */
export function plannedGuest(guest: PlacedGuest, answers: ClusterAnswers): PlannedGuest {
  const waits = lastStep(guest, answers) === stepIds(guest.name).wait;
  const fixed = guest.nics.flatMap(({ address, network }) =>
    address === 'dhcp' ? [] : [{ address: address.split('/')[0] ?? '', segment: segmentOf(network) }],
  );
  return {
    name: guest.name,
    vmid: guest.vmid,
    node: guest.node,
    group: guest.group.name,
    macs: guest.nics.map((nic) => nic.mac),
    address: guest.nics[0]?.address ?? 'dhcp',
    ...(fixed.length > 0 ? { fixed } : {}),
    memory: guest.group.memory * MIB,
    step: refOf(guest).step,
    ...(waits ? { waitStep: stepIds(guest.name).wait } : {}),
    change: guest.existing ? 'none' : guest.olds.length > 0 ? 'replace' : 'create',
  };
}

/** A guest that the plan removes. */
export function formerGuest(guest: GuestFacts): PlannedGuest {
  return {
    name: guest.name,
    vmid: guest.vmid,
    node: guest.node,
    group: guest.identity?.group ?? '',
    macs: guest.macs,
    address: guest.addresses[0] ?? 'dhcp',
    memory: Number(guest.config?.memory ?? 0) * MIB,
    step: '',
    change: 'remove',
  };
}

/** How far a guest is that takes the place of others, for whoever watches. */
export function replacementOf(guest: PlacedGuest, answers: ClusterAnswers): PlannedReplacement {
  return {
    name: guest.name,
    node: guest.node,
    begins: firstStep(guest),
    up: lastStep(guest, answers),
    olds: guest.olds.map((old) => ({
      node: old.node,
      vmid: old.vmid,
      stops: stopOldId(old),
      gone: removeOldId(old),
    })),
  };
}
