import type { Call, StepValue } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';
import { apiPath } from '../pve/pve.ts';
import { managerDid } from './ha-wait.ts';
import {
  type GuestRef,
  isOurs,
  placeOf,
  readConfig,
  saysAlready,
  stopGuest,
  surePlace,
} from './our-guest.ts';

export interface StartGuestArgs extends Record<string, StepValue> {
  guest: GuestRef & Record<string, StepValue>;
}

/** Starts a guest; one that runs already is as good. */
export const startGuest: Verb<StartGuestArgs, null> = {
  name: 'start-guest',

  calls: ({ guest }): Call[] => [
    { method: 'POST', path: apiPath`/nodes/${guest.node}/qemu/${guest.vmid}/status/start` },
  ],

  check({ guest }, facts) {
    const there = facts.guests.find((other) => other.identity?.uid === guest.uid);
    return there?.status === 'running' ? { needed: false, why: 'runs', receipt: null } : { needed: true };
  },

  async apply({ guest }, context) {
    const { node, vmid } = await surePlace(guest, context);
    try {
      const upid = await context.pve.post<string>(
        apiPath`/nodes/${node}/qemu/${vmid}/status/start`,
        {},
        context,
      );
      await context.task(upid);
      await managerDid(upid, { node, vmid, status: 'running' }, context);
    } catch (error) {
      if (!saysAlready(error, /already running/)) throw error;
    }
    return null;
  },

  async undo({ guest }, _receipt, context) {
    const place = placeOf(guest, context);
    const config = await readConfig(place, context);
    if (config && isOurs(config, guest.uid)) await stopGuest(place, context);
  },
};
