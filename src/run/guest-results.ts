import type { Plan } from '../plan/plan.ts';
import type { Json } from '../plan/step.ts';
import type { Workplace } from './context.ts';
import type { GuestResult } from './events.ts';

/** The table at the end: who is where, by what address. Receipts know better than the plan. */
export function guestResults(plan: Plan, receipts: ReadonlyMap<string, Json>): GuestResult[] {
  return plan.guests
    .filter((guest) => guest.change === 'none' || (guest.change !== 'remove' && receipts.has(guest.step)))
    .map((guest) => {
      const made = receipts.get(guest.step) as { vmid?: number; node?: string } | null;
      const seen = guest.waitStep ? (receipts.get(guest.waitStep) as { address?: string } | null) : null;
      return {
        name: guest.name,
        vmid: made?.vmid ?? guest.vmid,
        node: made?.node ?? guest.node,
        address: seen?.address || (guest.address === 'dhcp' ? '' : (guest.address.split('/')[0] ?? '')),
        mac: guest.macs[0] ?? '',
      };
    });
}

/** A silent agent holds up its node's API for seconds; so few are asked at once, and only for so long in all. */
const AT_ONCE = 4;
const PATIENCE = 3000;

/** The same with what running guests say of themselves, where nothing else tells their address. */
export async function withAddresses(
  results: readonly GuestResult[],
  { facts, clock, addressOf }: Pick<Workplace, 'facts' | 'clock' | 'addressOf'>,
  signal: AbortSignal,
): Promise<GuestResult[]> {
  const running = new Set(facts.guests.flatMap(({ vmid, status }) => (status === 'running' ? [vmid] : [])));
  const unknown = results.filter(
    ({ address, mac, vmid }) => address === '' && mac !== '' && running.has(vmid),
  );
  if (!addressOf || unknown.length === 0 || signal.aborted) return [...results];
  const said = new Map<GuestResult, string>();
  const ended = new AbortController();
  const both = AbortSignal.any([signal, ended.signal]);
  const left = [...unknown];
  const ask = async (): Promise<void> => {
    for (let guest = left.shift(); guest && !both.aborted; guest = left.shift()) {
      // What cannot be asked is left out of the table; the run is over, and went as it went.
      const address = await addressOf(guest, both).catch(() => undefined);
      if (address !== undefined) said.set(guest, address);
    }
  };
  const asked = Promise.all(Array.from({ length: AT_ONCE }, ask));
  await Promise.race([asked, clock.sleep(PATIENCE, both).catch(() => undefined)]);
  ended.abort();
  return results.map((guest) => ({ ...guest, address: said.get(guest) ?? guest.address }));
}
