import { createHash } from 'node:crypto';
import { networkOf } from './ipv4.ts';
import type { Reservation } from './networks.ts';

export interface Subnet {
  /** The same for the same subnet in every generation, since leases on disk carry it. */
  id: number;
  /** `10.0.20.0/24` */
  subnet: string;
  reservations: readonly Reservation[];
}

/** Kea takes ids from 1 to 2^32 - 2. */
const HIGHEST_ID = 4_294_967_294;

const known = new WeakMap<readonly Reservation[], Subnet[]>();

/** The subnets of one network, each with its reservations, by name. */
export function subnetsOf(reservations: readonly Reservation[]): Subnet[] {
  const subnets = known.get(reservations) ?? group(reservations);
  known.set(reservations, subnets);
  return subnets;
}

function group(reservations: readonly Reservation[]): Subnet[] {
  const bySubnet = new Map<string, Reservation[]>();
  for (const reservation of reservations) {
    const subnet = `${networkOf(reservation)}/${reservation.prefix}`;
    const list = bySubnet.get(subnet);
    if (list) list.push(reservation);
    else bySubnet.set(subnet, [reservation]);
  }
  const taken = new Set<number>();
  return [...bySubnet]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([subnet, list]) => ({ id: freeId(subnet, taken), subnet, reservations: list }));
}

function freeId(subnet: string, taken: Set<number>): number {
  let id = (createHash('sha256').update(subnet).digest().readUInt32BE() % HIGHEST_ID) + 1;
  while (taken.has(id)) id = (id % HIGHEST_ID) + 1;
  taken.add(id);
  return id;
}
