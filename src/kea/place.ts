import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Network, networkKey } from './networks.ts';
import type { Place } from './render.ts';

/** Two generations of a network take turns. */
export type Slot = 'a' | 'b';

export interface Folders {
  /** Configurations, sockets and logs. Kea ≥ 2.6.3 opens control sockets in /run/kea only. */
  run: string;
  /** Lease files. Kea ≥ 2.6.3 opens them in /var/lib/kea only. */
  leases: string;
  /** Kea's hook libraries. */
  hooks: string;
}

export const debianFolders: Folders = {
  run: '/run/kea',
  leases: '/var/lib/kea',
  hooks: '/usr/lib/x86_64-linux-gnu/kea/hooks',
};

/** Names of everything that belongs to one network. Interface names hold 15 characters, hence the hash. */
export interface NetworkNames {
  id: string;
  namespace: string;
  /** The end of the veth that joins the bridge. No `tap`, `veth` or `fwln`: the firewall's rules match those. */
  port: string;
  /** Slot a's and slot b's address. */
  addresses: Record<Slot, string>;
}

/** The veth's end inside of every namespace. */
export const INSIDE = 'kea0';

export function namesOf(
  network: Pick<Network, 'bridge' | 'vlan'>,
  { run, node }: { run: string; node: string },
) {
  // The node's name is in it so that the nodes of a cluster, who share the wire, do not share an address.
  const digest = createHash('sha256')
    .update(`${node}\n${run}\n${networkKey(network)}`)
    .digest();
  const id = digest.toString('hex', 0, 5);
  // RFC 3927 reserves the first and the last 256 addresses of 169.254.0.0/16.
  const third = 1 + ((digest[6] as number) % 254);
  const fourth = 2 * (1 + ((digest[7] as number) % 126));
  const names: NetworkNames = {
    ...linksOf(id),
    addresses: { a: `169.254.${third}.${fourth}`, b: `169.254.${third}.${fourth + 1}` },
  };
  return names;
}

/** What stands in the kernel for the network of that id. */
export function linksOf(id: string): Pick<NetworkNames, 'id' | 'namespace' | 'port'> {
  return { id, namespace: `pwk-${id}`, port: `pwk${id}` };
}

export function placeOf(
  names: NetworkNames,
  slot: Slot,
  { folders, persist = true }: { folders: Folders; persist?: boolean },
): Place {
  return {
    interface: INSIDE,
    listen: names.addresses[slot],
    serverId: names.addresses.a,
    socket: join(folders.run, `${fileStem(names.id, slot)}.sock`),
    leaseFile: join(folders.leases, `${fileStem(names.id, slot)}.csv`),
    persist,
    hooks: folders.hooks,
  };
}

/** Files of one generation: `proxwright-<network>.<slot>`, then .json, .log, .sock, .csv. */
export function fileStem(id: string, slot: Slot): string {
  return `proxwright-${id}.${slot}`;
}

/** Where the first generation on a Debian node would be. */
export function defaultPlace(network: Pick<Network, 'bridge' | 'vlan'>): Place {
  return placeOf(namesOf(network, { run: debianFolders.run, node: '' }), 'a', { folders: debianFolders });
}
