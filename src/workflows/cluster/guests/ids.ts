import type { GuestFacts } from '../../../facts/facts.ts';
import type { GuestRef } from '../../../steps/our-guest.ts';
import type { PlacedGuest } from './placement.ts';

/** The guest as steps name it; `step` makes it. */
export function refOf({
  name,
  vmid,
  node,
  uid,
}: Pick<PlacedGuest, 'name' | 'vmid' | 'node' | 'uid'>): GuestRef {
  return { name, vmid, node, uid, step: `clone ${name}` };
}

/** A guest that is there and is to go; no step makes it. */
export function refOfFormer({ name, vmid, node, identity }: GuestFacts): GuestRef {
  return { name, vmid, node, uid: identity?.uid ?? '', step: '' };
}

/** The ids of a guest's steps, by which other steps wait for them. */
export function stepIds(name: string): Record<'configure' | 'grow' | 'start' | 'wait' | 'pause', string> {
  return {
    configure: `configure ${name}`,
    grow: `grow disk of ${name}`,
    start: `start ${name}`,
    wait: `wait for ${name}`,
    pause: `pause after ${name}`,
  };
}

/** With its id: guests of one name stand side by side while one takes the other's place. */
export function destroyId({ name, vmid }: GuestFacts): string {
  return `destroy ${name} (${vmid})`;
}

/** Old and new share their name, so the id tells which is meant. */
export function removeOldId({ name, vmid }: GuestFacts): string {
  return `remove old ${name} (${vmid})`;
}

/** The step behind which a guest that is there is as the answers want it, or gone. */
export function endOf(guest: GuestFacts, placed: readonly PlacedGuest[]): string {
  if (placed.some(({ existing }) => existing === guest)) return stepIds(guest.name).configure;
  return placed.some(({ olds }) => olds.includes(guest)) ? removeOldId(guest) : destroyId(guest);
}
