import type { Call, StepValue } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';
import { apiPath } from '../pve/pve.ts';
import { destroyOurGuest, type GuestRef, lookUp, placeOf } from './our-guest.ts';

export interface DestroyGuestArgs extends Record<string, StepValue> {
  guest: GuestRef & Record<string, StepValue>;
}

/** Removes a guest of ours with its disks. There is no way back. */
export const destroyGuest: Verb<DestroyGuestArgs, null> = {
  name: 'destroy-guest',

  calls: ({ guest }): Call[] => [
    { method: 'POST', path: apiPath`/nodes/${guest.node}/qemu/${guest.vmid}/status/stop` },
    {
      method: 'DELETE',
      path: apiPath`/nodes/${guest.node}/qemu/${guest.vmid}`,
      params: { purge: 1 },
    },
  ],

  check({ guest }, facts) {
    const there = facts.guests.some((other) => other.identity?.uid === guest.uid);
    return there ? { needed: true } : { needed: false, why: 'is gone', receipt: null };
  },

  async apply({ guest }, context) {
    await destroyOurGuest(guest, context, { tagged: true });
    return null;
  },

  /** Whether it is gone; that is all that an undo must know. */
  async find({ guest }, context) {
    return (await lookUp(placeOf(guest, context), context)) ? undefined : null;
  },

  final: ({ guest }) =>
    `${guest.name} was removed with its disks and cannot be brought back; the answers of before make it anew`,
};
