import type { Call, StepValue } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';
import { must } from './agent-place.ts';
import { isOurContainer, readConf, stopOurContainer } from './our-container.ts';
import { type GuestRef, placeOf } from './our-guest.ts';

export interface StartContainerArgs extends Record<string, StepValue> {
  guest: GuestRef & Record<string, StepValue>;
}

/** Starts a container of ours and waits until its systemd has come up. */
export const startContainer: Verb<StartContainerArgs, null> = {
  name: 'start-container',

  calls: ({ guest }): Call[] => [{ node: guest.node, argv: ['pct', 'start', String(guest.vmid)] }],

  check({ guest }, facts) {
    const there = facts.guests.find((other) => other.type === 'lxc' && other.identity?.uid === guest.uid);
    return there?.status === 'running' ? { needed: false, why: 'runs', receipt: null } : { needed: true };
  },

  async apply({ guest }, context) {
    const { node, vmid } = placeOf(guest, context);
    const host = context.host(node);
    const { stdout } = await host.run(['pct', 'status', String(vmid)]);
    if (!/running/.test(stdout)) await must(host, ['pct', 'start', String(vmid)], { timeout: 120_000 });
    // Exit code 1 says that it came up without one of its services, which is none of ours.
    const booted = ['systemctl', 'is-system-running', '--wait'];
    await host.run(['pct', 'exec', String(vmid), '--', ...booted], { timeout: 180_000 });
    return null;
  },

  find: async (args, context) =>
    context.attempt.since > 0 && (await runs(args, context)) ? null : undefined,

  async undo({ guest }, _receipt, context) {
    const place = placeOf(guest, context);
    const host = context.host(place.node);
    const conf = await readConf(host, place);
    if (conf !== undefined && isOurContainer(conf, guest.uid)) await stopOurContainer(host, place.vmid);
  },
};

async function runs(
  { guest }: StartContainerArgs,
  context: Parameters<typeof startContainer.apply>[1],
): Promise<boolean> {
  const { node, vmid } = placeOf(guest, context);
  const { stdout } = await context.host(node).run(['pct', 'status', String(vmid)]);
  return /running/.test(stdout);
}
