import { RunError } from '../errors.ts';
import type { Call, StepValue } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';
import { apiPath } from '../pve/pve.ts';
import { destroyOurGuest, type GuestRef } from './our-guest.ts';

export interface DestroyGuestArgs extends Record<string, StepValue> {
  guest: GuestRef & Record<string, StepValue>;
}

/** Removes a guest of ours with its disks. There is no way back, and undo says so. */
export const destroyGuest: Verb<DestroyGuestArgs, null> = {
  name: 'destroy-guest',

  calls: ({ guest }): Call[] => [
    { method: 'POST', path: apiPath`/nodes/${guest.node}/qemu/${guest.vmid}/status/stop` },
    {
      method: 'DELETE',
      path: apiPath`/nodes/${guest.node}/qemu/${guest.vmid}`,
      params: { purge: 1, 'destroy-unreferenced-disks': 1 },
    },
  ],

  check({ guest }, facts) {
    const there = facts.guests.some((other) => other.identity?.uid === guest.uid);
    return there ? { needed: true } : { needed: false, why: 'is gone', receipt: null };
  },

  async apply({ guest }, context) {
    await destroyOurGuest(guest, context);
    return null;
  },

  undo({ guest }) {
    throw new RunError(`${guest.name} was removed with its disks and cannot be brought back`, {
      fix: 'apply its answers again to make it anew, or restore a backup',
    });
  },
};
