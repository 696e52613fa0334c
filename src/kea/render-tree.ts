import type { Finding } from './finding.ts';
import { type Guest, parseGuestConf } from './guest-conf.ts';
import { networksOf, quietSurroundings, type Surroundings } from './networks.ts';
import { defaultPlace } from './place.ts';
import { readConf, unreadableGuest } from './read-conf.ts';
import { renderDhcp4 } from './render.ts';
import { renderDhcp6 } from './render6.ts';
import { type ConfFile, listConfs, nodeFolders, readFirewalledDhcp, readSdnDhcp } from './tree.ts';

export interface RenderedNetwork {
  bridge: string;
  vlan: number | null;
  config: { Dhcp4: Record<string, unknown>; Dhcp6?: Record<string, unknown> };
  guests: { vmid: number; nic: string; mac: string; address: string }[];
}

/**
 * The Kea configurations for a tree of guest configurations (`/etc/pve` or a copy of it), without touching
 * anything. No guest is taken for running. Throws TargetError if there is no such tree.
 */
export function renderTree(
  pve: string,
  given: Partial<Surroundings> = {},
): { networks: RenderedNetwork[]; findings: Finding[] } {
  const guests = nodeFolders(pve).flatMap((folder) => listConfs(folder).map(readGuest));
  const { networks, findings } = networksOf(guests, {
    ...quietSurroundings,
    firewalledDhcp: readFirewalledDhcp(pve),
    sdnDhcp: readSdnDhcp(pve),
    ...given,
  });
  return {
    networks: networks.map((network) => {
      const place = defaultPlace(network);
      return {
        bridge: network.bridge,
        vlan: network.vlan,
        config: { ...renderDhcp4(network, place), ...(given.dhcp6 ? renderDhcp6(network, place) : {}) },
        guests: network.reservations.map(({ vmid, nic, mac, address }) => ({ vmid, nic, mac, address })),
      };
    }),
    findings,
  };
}

/** A guest from its file; one that cannot be read is a finding. */
export function readGuest(file: ConfFile): Guest {
  try {
    return parseGuestConf(readConf(file.path), file);
  } catch (error) {
    return unreadableGuest(file, error);
  }
}
