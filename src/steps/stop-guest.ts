import type { Call, StepValue } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';
import { apiPath } from '../pve/pve.ts';
import { type GuestRef, isOurs, ownGuest, placeOf, readConfig, saysAlready } from './our-guest.ts';

export interface StopGuestArgs extends Record<string, StepValue> {
  guest: GuestRef & Record<string, StepValue>;
  /** Seconds in which it may shut down by itself before it is switched off. */
  timeout: number;
}

/** Shuts a guest of ours down, and switches off one that does not. The receipt says whether it ran. */
export const stopGuest: Verb<StopGuestArgs, { ran: boolean }> = {
  name: 'stop-guest',

  calls: ({ guest, timeout }): Call[] => [
    {
      method: 'POST',
      path: apiPath`/nodes/${guest.node}/qemu/${guest.vmid}/status/shutdown`,
      params: { timeout, forceStop: 1 },
    },
  ],

  check({ guest }, facts) {
    const there = facts.guests.find(
      (other) => other.identity?.uid === guest.uid && other.name === guest.name,
    );
    if (there && there.status !== 'stopped') return { needed: true };
    return { needed: false, why: there ? 'is stopped' : 'is gone', receipt: { ran: false } };
  },

  async apply({ guest, timeout }, context) {
    const found = await ownGuest(guest, context);
    if (!found) return { ran: false };
    const { node, vmid } = found;
    const path = apiPath`/nodes/${node}/qemu/${vmid}/status/shutdown`;
    try {
      await context.task(await context.pve.post<string>(path, { timeout, forceStop: 1 }, context));
    } catch (error) {
      if (!saysAlready(error, /not running/)) throw error;
    }
    return { ran: true };
  },

  async undo({ guest }, { ran }, context) {
    const place = placeOf(guest, context);
    const config = ran ? await readConfig(place, context) : undefined;
    if (!config || !isOurs(config, guest.uid)) return;
    const path = apiPath`/nodes/${place.node}/qemu/${place.vmid}/status/start`;
    try {
      await context.task(await context.pve.post<string>(path, {}, context));
    } catch (error) {
      if (!saysAlready(error, /already running/)) throw error;
    }
  },
};
