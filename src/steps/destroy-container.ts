import type { Call, StepValue } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';
import { destroyOurContainer, readConf } from './our-container.ts';
import type { GuestRef } from './our-guest.ts';

export interface DestroyContainerArgs extends Record<string, StepValue> {
  guest: GuestRef & Record<string, StepValue>;
}

/** Stops and removes a container of ours with its disk. */
export const destroyContainer: Verb<DestroyContainerArgs, null> = {
  name: 'destroy-container',

  calls: ({ guest: { node, vmid } }): Call[] => [
    { node, argv: ['pct', 'shutdown', String(vmid), '--forceStop', '1', '--timeout', '30'] },
    { node, argv: ['pct', 'destroy', String(vmid), '--purge', '1'] },
  ],

  check({ guest }, facts) {
    const there = facts.guests.some((other) => other.type === 'lxc' && other.identity?.uid === guest.uid);
    return there ? { needed: true } : { needed: false, why: 'is gone', receipt: null };
  },

  async apply({ guest }, context) {
    await destroyOurContainer(guest, context);
    return null;
  },

  // A repeated attempt finds nothing; so does one that is to be taken back.
  find: async ({ guest }, context) =>
    (await readConf(context.host(guest.node), guest)) === undefined ? null : undefined,

  final: ({ guest }) => `container ${guest.name} is gone; apply the answers to make it again`,
};
