import { readLeaseFile } from './generation-files.ts';
import type { Lease } from './leases.ts';
import type { Segment } from './segment.ts';
import { leaseState, type NetworkStatus } from './status.ts';

/** What the status says of one network. Leases are read from Kea's file, so a Kea that does not talk is no obstacle. */
export function networkStatus(
  segment: Segment,
  { now, seen }: { now: number; seen: NetworkStatus['otherServers'] },
): NetworkStatus {
  const { network, served, current, waiting, problem, names } = segment;
  const leases = current ? readLeaseFile(current.place.leaseFile).leases : new Map<string, Lease>();
  return {
    bridge: network.bridge,
    vlan: network.vlan,
    state: waiting ? 'waiting' : current ? 'serving' : 'failed',
    detail: waiting ?? problem,
    namespace: names.namespace,
    port: names.port,
    generation: current && {
      number: segment.swaps,
      slot: current.slot,
      pid: current.process.pid,
      since: segment.since,
      signature: current.signature,
    },
    restarts: segment.restarts,
    offers: segment.offers.minutes(Math.floor(now / 60)),
    otherServers: seen,
    guests: served.reservations.map(({ vmid, nic, mac, address, hostname }) => ({
      vmid,
      nic,
      mac,
      address,
      hostname,
      ...leaseState(leases.get(address), { mac, now }),
    })),
  };
}

/** In the order in which people look for them, whatever came first: vmbr2 before vmbr10, untagged before VLAN 20. */
export function byPlace(a: NetworkStatus, b: NetworkStatus): number {
  return a.bridge.localeCompare(b.bridge, 'en', { numeric: true }) || (a.vlan ?? 0) - (b.vlan ?? 0);
}
