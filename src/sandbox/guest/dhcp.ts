import { createHash } from 'node:crypto';
import { NET } from '../schema/guest-formats.ts';
import { readPropertyString } from '../schema/property-string.ts';
import type { World } from '../world.ts';

export interface Address {
  readonly ip: string;
  readonly prefix: number;
}

/** What a pretended DHCP server gives a NIC: always the same for its MAC, and never the same to two of a network. */
export function leaseFor(
  world: World,
  node: string,
  guest: { values: Readonly<Record<string, string>>; index: number; mac: string },
): Address {
  const { bridge, tag } = readPropertyString(NET, guest.values[`net${guest.index}`] ?? '');
  const own = world.nodes.get(node).bridges.find((one) => one.name === bridge)?.address;
  const network =
    tag === undefined
      ? (own?.split('/')[0]?.split('.').slice(0, 3).join('.') ?? '10.9.9')
      : `10.0.${Number(tag) % 256}`;
  const prefix = tag === undefined ? Number(own?.split('/')[1] ?? 24) : 24;
  return { ip: `${network}.${lastOctet(leasesOf(world, network), guest.mac)}`, prefix };
}

/** Network → last octet → MAC, as the pretended DHCP server has given them away. */
const leases = new WeakMap<World, Map<string, Map<number, string>>>();

function leasesOf(world: World, network: string): Map<number, string> {
  const all = leases.get(world) ?? new Map<string, Map<number, string>>();
  leases.set(world, all);
  const given = all.get(network) ?? new Map<number, string>();
  all.set(network, given);
  return given;
}

/** What a MAC's own hash says, so that it is the same after a restart; the next free one where that is taken. */
function lastOctet(given: Map<number, string>, mac: string): number {
  const first = createHash('sha256').update(mac).digest().readUInt8(0);
  for (let step = 0; step < 150; step++) {
    const octet = 100 + ((first + step) % 150);
    if ((given.get(octet) ?? mac) !== mac) continue;
    given.set(octet, mac);
    return octet;
  }
  return 100 + (first % 150);
}
