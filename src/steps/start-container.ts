import type { Host } from '../hosts/host.ts';
import type { Call, StepValue } from '../plan/step.ts';
import type { StepContext, Verb } from '../plan/verb.ts';
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
    await booted(host, vmid, context);
    return null;
  },

  async find(args, context) {
    if (context.attempt.since === 0 || !(await runs(args, context))) return undefined;
    const { node, vmid } = placeOf(args.guest, context);
    await booted(context.host(node), vmid, context);
    return null;
  },

  async undo({ guest }, _receipt, context) {
    const place = placeOf(guest, context);
    const host = context.host(place.node);
    const conf = await readConf(host, place);
    if (conf !== undefined && isOurContainer(conf, guest.uid)) await stopOurContainer(host, place.vmid);
  },
};

/** Three minutes on a slow disk; `pct start` is done once systemd was started. */
const MOST_LOOKS = 360;

/** Waits until all is up. That one of its services failed is none of ours. */
async function booted(host: Host, vmid: number, { sleep }: StepContext): Promise<void> {
  // Not with --wait: that ends at once as long as there is no bus.
  const argv = ['pct', 'exec', String(vmid), '--', 'systemctl', 'is-system-running'];
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    const { stdout } = await host.run(argv);
    if (/^(running|degraded|maintenance)$/m.test(stdout)) return;
    await sleep(500);
  }
}

async function runs({ guest }: StartContainerArgs, context: StepContext): Promise<boolean> {
  const { node, vmid } = placeOf(guest, context);
  const { stdout } = await context.host(node).run(['pct', 'status', String(vmid)]);
  return /running/.test(stdout);
}
