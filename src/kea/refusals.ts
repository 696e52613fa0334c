import { isDeepStrictEqual } from 'node:util';
import type { Finding } from './finding.ts';
import type { Network, Reservation } from './networks.ts';

/** Reservations of a network that Kea does not take, each with its reason: all others are served. */
export interface Refusals {
  add(refused: readonly { reservation: Reservation; why: string }[]): void;
  /** Forgets those that do not stand in this network any more. */
  keepTo(network: Network): void;
  /** What of a network Kea takes. */
  without(network: Network): Network;
  findings(): Finding[];
}

export function refusals(): Refusals {
  let refused: { reservation: Reservation; why: string }[] = [];
  return {
    add: (more) => void refused.push(...more),
    keepTo({ reservations }) {
      refused = refused.filter(({ reservation }) =>
        reservations.some((other) => isDeepStrictEqual(other, reservation)),
      );
    },
    without(network) {
      if (refused.length === 0) return network;
      const left = network.reservations.filter(
        (reservation) => !refused.some((other) => isDeepStrictEqual(other.reservation, reservation)),
      );
      return { ...network, reservations: left };
    },
    findings: () =>
      refused.map(({ reservation: { vmid, nic }, why }) => ({
        vmid,
        nic,
        severity: 'error',
        message: `not served: Kea refuses its reservation: ${why}`,
      })),
  };
}
