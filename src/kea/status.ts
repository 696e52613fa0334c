import type { Finding } from './finding.ts';
import type { Lease } from './leases.ts';

/** `kea status --json`, which scripts and the terminal UI read. */
export interface KeaStatus {
  version: 1;
  agent: { pid: number; node: string; since: number; pve: string; pollSeconds: number };
  kea: { version: string | undefined };
  /** Troubles that concern no single network. */
  problems: string[];
  networks: NetworkStatus[];
  findings: StatusFinding[];
}

/** A finding, and the networks that it concerns, such as `vmbr0.20`; none: its NIC cannot be read. */
export interface StatusFinding extends Finding {
  networks: string[];
}

export interface NetworkStatus {
  bridge: string;
  vlan: number | null;
  state: 'serving' | 'waiting' | 'failed';
  /** Why it waits or failed, or what is wrong although it serves. */
  detail: string | undefined;
  namespace: string;
  port: string;
  generation: { number: number; slot: 'a' | 'b'; pid: number; since: number; signature: string } | undefined;
  restarts: number;
  /** OFFERs per minute of the last hour, oldest first. */
  offers: number[];
  /** Other DHCP servers that answered our probe. */
  otherServers: { server: string; seen: number }[];
  guests: GuestStatus[];
}

export interface GuestStatus {
  vmid: number;
  nic: string;
  mac: string;
  address: string;
  hostname: string | undefined;
  /** `none`: it has not asked yet, or not in the last hour. */
  lease: 'active' | 'expired' | 'none';
  /** Unix time in seconds. */
  expires: number | undefined;
}

/** The state of one reservation's lease. */
export function leaseState(
  lease: Lease | undefined,
  { mac, now }: { mac: string; now: number },
): Pick<GuestStatus, 'lease' | 'expires'> {
  if (!lease || lease.mac !== mac || lease.state !== 0) return { lease: 'none', expires: undefined };
  return { lease: lease.expires > now ? 'active' : 'expired', expires: lease.expires };
}
