import type { Finding } from './finding.ts';
import type { Guest, GuestNic } from './guest-conf.ts';
import { chooseWinners } from './winners.ts';

/** What one NIC gets by DHCP. */
export interface Reservation {
  vmid: number;
  nic: string;
  mac: string;
  address: string;
  prefix: number;
  gateway: string | undefined;
  hostname: string | undefined;
  dnsServers: readonly string[];
  searchDomains: readonly string[];
  /** `fd00::5/64`, only where DHCPv6 is asked for. */
  ipv6: string | undefined;
}

/** One layer-2 segment as this node sees it: what one Kea serves. */
export interface Network {
  bridge: string;
  vlan: number | null;
  reservations: readonly Reservation[];
}

/** What beside the guests' own files decides who is served where. */
export interface Surroundings {
  /** Guests that run now: they win over a stopped one with the same address. */
  running: ReadonlySet<number>;
  /** Guests whose firewall has `dhcp: 0`: nothing reaches them from the parent bridge. */
  firewalledDhcp: ReadonlySet<number>;
  /** `always` joins fwbr… for every NIC with firewall=1, as needed when other rules drop ports 67 and 68. */
  firewallBridges: 'when-needed' | 'always';
  /** SDN vnet → zone, for zones that run their own DHCP server. */
  sdnDhcp: ReadonlyMap<string, string>;
  /** Bridges that the settings leave to somebody else. */
  excluded: ReadonlySet<string>;
  /** The node's resolver settings, which Proxmox VE gives to guests that set none. */
  hostDns: { servers: readonly string[]; search: readonly string[] };
  dhcp6: boolean;
}

export const quietSurroundings: Surroundings = {
  running: new Set(),
  firewalledDhcp: new Set(),
  firewallBridges: 'when-needed',
  sdnDhcp: new Map(),
  excluded: new Set(),
  hostDns: { servers: [], search: [] },
  dhcp6: false,
};

/** Who is served what on which segment. Pure; equal input gives equal output, whatever the order of guests. */
export function networksOf(
  guests: Iterable<Guest>,
  around: Surroundings,
): { networks: Network[]; findings: Finding[] } {
  const findings: Finding[] = [];
  const segments = new Map<string, { bridge: string; vlan: number | null; reservations: Reservation[] }>();
  for (const guest of guests) {
    findings.push(...guest.findings);
    if (guest.template) continue;
    for (const nic of guest.nics) {
      if (!nic.ipv4) {
        if (around.dhcp6 && nic.ipv6) {
          const message = 'not served by DHCPv6 either: that goes with a static IPv4 address';
          findings.push({ vmid: guest.vmid, nic: nic.id, severity: 'info', message });
        }
        continue;
      }
      const zone = around.sdnDhcp.get(nic.bridge);
      if (zone !== undefined) {
        const message = `not served here: SDN zone "${zone}" of vnet ${nic.bridge} runs its own DHCP server`;
        findings.push({ vmid: guest.vmid, nic: nic.id, severity: 'info', message });
        continue;
      }
      if (around.excluded.has(nic.bridge)) {
        const message = `not served here: the agent's settings leave ${nic.bridge} out`;
        findings.push({ vmid: guest.vmid, nic: nic.id, severity: 'info', message });
        continue;
      }
      const { bridge, vlan } = segmentOf(guest, nic, around);
      const key = networkKey({ bridge, vlan });
      const segment = segments.get(key) ?? { bridge, vlan, reservations: [] };
      segment.reservations.push(reservationOf(guest, nic, around));
      segments.set(key, segment);
    }
  }
  const networks: Network[] = [];
  for (const { bridge, vlan, reservations } of segments.values()) {
    const chosen = chooseWinners(reservations, around.running);
    findings.push(...chosen.findings);
    networks.push({ bridge, vlan, reservations: chosen.winners });
  }
  networks.sort((a, b) => compare(a.bridge, b.bridge) || (a.vlan ?? 0) - (b.vlan ?? 0));
  findings.sort((a, b) => a.vmid - b.vmid || compare(a.nic ?? '', b.nic ?? ''));
  return { networks, findings };
}

/** `vmbr0` or `vmbr0.20`. */
export function networkKey({ bridge, vlan }: Pick<Network, 'bridge' | 'vlan'>): string {
  return vlan === null ? bridge : `${bridge}.${vlan}`;
}

/** With a firewall bridge in between, the tag sits behind it: on fwbr… frames are untagged. */
export function segmentOf(
  guest: Pick<Guest, 'vmid'>,
  nic: GuestNic,
  around: Pick<Surroundings, 'firewallBridges' | 'firewalledDhcp'>,
): { bridge: string; vlan: number | null } {
  const joined =
    nic.firewall && (around.firewallBridges === 'always' || around.firewalledDhcp.has(guest.vmid));
  return joined
    ? { bridge: `fwbr${guest.vmid}i${nic.id.slice(3)}`, vlan: null }
    : { bridge: nic.bridge, vlan: nic.tag };
}

function reservationOf(guest: Guest, nic: GuestNic, around: Surroundings): Reservation {
  const { address, prefix, gateway } = nic.ipv4 as NonNullable<GuestNic['ipv4']>;
  return {
    vmid: guest.vmid,
    nic: nic.id,
    mac: nic.mac,
    address,
    prefix,
    gateway,
    hostname: guest.hostname,
    dnsServers: guest.hostDns ? around.hostDns.servers : guest.dnsServers,
    searchDomains: guest.hostDns ? around.hostDns.search : guest.searchDomains,
    ipv6: around.dhcp6 ? nic.ipv6 : undefined,
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
