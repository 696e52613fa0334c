import type { GuestStatus, KeaStatus, NetworkStatus, StatusFinding } from '../../src/kea/status.ts';
import { now } from './fake-facts.ts';

const seconds = Math.floor(now / 1000);

/** A guest's reservation; it has a lease for another 41 minutes unless told otherwise. */
export function keaGuest(vmid: number, more: Partial<GuestStatus> = {}): GuestStatus {
  return {
    vmid,
    nic: 'net0',
    mac: `bc:24:11:00:00:${(vmid % 256).toString(16).padStart(2, '0')}`,
    address: `10.0.20.${vmid % 256}`,
    hostname: `edge-${vmid}`,
    lease: 'active',
    expires: seconds + 41 * 60,
    ...more,
  };
}

/** A bridge that is served, without a word to be said of it. */
export function keaNetwork(bridge: string, more: Partial<NetworkStatus> = {}): NetworkStatus {
  return {
    bridge,
    vlan: null,
    state: 'serving',
    detail: undefined,
    namespace: 'pwk-1',
    port: 'pwk1',
    generation: { number: 12, slot: 'a', pid: 4711, since: seconds - 60, signature: '' },
    restarts: 0,
    offers: Array.from({ length: 60 }, (_, minute) => (minute >= 57 ? minute - 56 : 0)),
    otherServers: [],
    guests: [keaGuest(101), keaGuest(102, { lease: 'none', expires: undefined })],
    ...more,
  };
}

export function keaStatus(
  networks: NetworkStatus[],
  { findings = [], problems = [] }: { findings?: StatusFinding[]; problems?: string[] } = {},
): KeaStatus {
  return {
    version: 1,
    agent: { pid: 812, node: 'pve1', since: seconds - 3 * 3600, pve: '/etc/pve', pollSeconds: 60 },
    kea: { version: '2.6.3' },
    problems,
    networks,
    findings,
  };
}
