import { RunError } from '../errors.ts';
import type { Call, StepValue } from '../plan/step.ts';
import type { StepContext, Verb } from '../plan/verb.ts';
import { agentAddress } from '../pve/guest-address.ts';
import { apiPath } from '../pve/pve.ts';
import { type GuestRef, placeOf } from './our-guest.ts';

export interface WaitGuestArgs extends Record<string, StepValue> {
  guest: GuestRef & Record<string, StepValue>;
  /** Of the NIC whose address counts, upper case. */
  mac: string;
  /** Seconds. */
  timeout: number;
  /** It must take connections here, as seen from its node; with a fixed address its agent is not asked. */
  port?: number;
  /** The address that is known beforehand. */
  address?: string;
  /** What has become of the guest whose place it takes, for people. */
  old?: string;
  /** The guest is started by this very plan, so that running is not enough. */
  isNew: boolean;
}

/** First wait 100 ms, then a quarter longer each time, up to 2 s: a Flatcar guest needs 10–60 s. */
const FIRST_POLL = 100;
const SLOWEST_POLL = 2000;

/** Waits until the guest agent names an address of the guest, and its port is open. Changes nothing. */
export const waitGuest: Verb<WaitGuestArgs, { address: string }> = {
  name: 'wait-guest',

  calls: ({ guest: { node, vmid }, address, port }): Call[] => [
    ...(address === undefined
      ? [{ method: 'GET' as const, path: apiPath`/nodes/${node}/qemu/${vmid}/agent/network-get-interfaces` }]
      : []),
    ...(port === undefined ? [] : [{ node, argv: portCheck(address ?? '<its address>', port) }]),
  ],

  check({ guest, isNew }, facts) {
    if (isNew) return { needed: true };
    const there = facts.guests.find((other) => other.identity?.uid === guest.uid);
    return there?.status === 'running'
      ? { needed: false, why: 'was running before', receipt: { address: '' } }
      : { needed: true };
  },

  async apply({ guest, mac, timeout, port, address: fixed, old }, context) {
    const place = placeOf(guest, context);
    const end = context.now() + timeout * 1000;
    let address = fixed;
    for (let wait = FIRST_POLL; context.now() < end; wait = Math.min(SLOWEST_POLL, wait * 1.25)) {
      address ??= await agentAddress(context.pve, { ...place, mac }, context);
      if (
        address !== undefined &&
        (port === undefined || (await isOpen(place.node, { address, port }, context)))
      ) {
        return { address };
      }
      context.progress({
        text: address ? `waits for port ${port} of ${address}` : 'waits for the guest agent',
      });
      await context.sleep(wait);
    }
    const missed = address ? `port ${port} of ${address} did not open` : 'its agent named no address';
    throw new RunError(`${guest.name} runs, but ${missed} within ${timeout} s`, {
      where: `${place.node}/${place.vmid}`,
      why: `it may still be booting, have no DHCP on its bridge, or its Ignition config may have failed${old ? `; ${old}` : ''}`,
      fix: `look at its console: qm terminal ${place.vmid}; ${adviceFor({ timeout, old, address })}`,
    });
  },
};

function adviceFor(wait: { timeout: number; old: string | undefined; address: string | undefined }): string {
  if (wait.old) return 'no further guest is touched: go on, go back, or mend the answers and apply them anew';
  if (wait.address) return `to wait longer: wait: { timeout: ${wait.timeout * 2} }`;
  return 'to not wait at all: wait: { address: false }';
}

/** Seconds for one try to connect: a host that is up answers at once, also that nothing listens. */
const CONNECT = 3;

/** bash's own /dev/tcp, as every node has it; address and port are words of their own and no part of the script. */
function portCheck(address: string, port: number): string[] {
  return ['timeout', String(CONNECT), 'bash', '-c', 'exec 3<>"/dev/tcp/$0/$1"', address, String(port)];
}

async function isOpen(
  node: string,
  { address, port }: { address: string; port: number },
  context: StepContext,
): Promise<boolean> {
  const { exitCode } = await context.host(node).run(portCheck(address, port), { signal: context.signal });
  return exitCode === 0;
}
