import { ApiError, RunError } from '../errors.ts';
import type { Call, StepValue } from '../plan/step.ts';
import type { StepContext, Verb } from '../plan/verb.ts';
import { apiPath } from '../pve/pve.ts';
import { type GuestPlace, type GuestRef, placeOf } from './our-guest.ts';

export interface WaitGuestArgs extends Record<string, StepValue> {
  guest: GuestRef & Record<string, StepValue>;
  /** Of the NIC whose address counts, upper case. */
  mac: string;
  /** Seconds. */
  timeout: number;
  /** The guest is started by this very plan, so that running is not enough. */
  isNew: boolean;
}

/** First wait 100 ms, then a quarter longer each time, up to 2 s: a Flatcar guest needs 10–60 s. */
const FIRST_POLL = 100;
const SLOWEST_POLL = 2000;

/** Waits until the guest agent names an address of the guest. Changes nothing. */
export const waitGuest: Verb<WaitGuestArgs, { address: string }> = {
  name: 'wait-guest',

  calls: ({ guest }): Call[] => [
    { method: 'GET', path: apiPath`/nodes/${guest.node}/qemu/${guest.vmid}/agent/network-get-interfaces` },
  ],

  check({ guest, isNew }, facts) {
    if (isNew) return { needed: true };
    const there = facts.guests.find((other) => other.identity?.uid === guest.uid);
    return there?.status === 'running'
      ? { needed: false, why: 'was running before', receipt: { address: '' } }
      : { needed: true };
  },

  async apply({ guest, mac, timeout }, context) {
    const place = placeOf(guest, context);
    const end = context.now() + timeout * 1000;
    for (let wait = FIRST_POLL; context.now() < end; wait = Math.min(SLOWEST_POLL, wait * 1.25)) {
      const address = await addressOf(place, mac, context);
      if (address) return { address };
      context.progress({ text: 'waits for the guest agent' });
      await context.sleep(wait);
    }
    throw new RunError(`${guest.name} runs, but its agent named no address within ${timeout} s`, {
      where: `${place.node}/${place.vmid}`,
      why: 'it may still be booting, have no DHCP on its bridge, or its Ignition config may have failed',
      fix: `look at its console: qm terminal ${place.vmid}; to not wait at all: wait: { address: false }`,
    });
  },
};

interface AgentInterface {
  name?: string;
  'hardware-address'?: string;
  'ip-addresses'?: { 'ip-address': string; 'ip-address-type': string }[];
}

async function addressOf(place: GuestPlace, mac: string, context: StepContext): Promise<string | undefined> {
  try {
    const { result } = await context.pve.get<{ result: AgentInterface[] }>(
      apiPath`/nodes/${place.node}/qemu/${place.vmid}/agent/network-get-interfaces`,
      {},
      context,
    );
    return pickAddress(result, mac);
  } catch (error) {
    if (
      error instanceof ApiError &&
      /agent is not running|is not running|timeout|got timeout/i.test(error.message)
    ) {
      return undefined;
    }
    throw error;
  }
}

/** IPv4 before IPv6; link-local ones tell nothing. */
function pickAddress(interfaces: readonly AgentInterface[], mac: string): string | undefined {
  const nic = interfaces.find((candidate) => candidate['hardware-address']?.toUpperCase() === mac);
  const usable = (nic?.['ip-addresses'] ?? [])
    .map((entry) => entry['ip-address'])
    .filter((address) => !/^(127\.|169\.254\.|::1$|fe80:)/i.test(address));
  return usable.find((address) => address.includes('.')) ?? usable[0];
}
