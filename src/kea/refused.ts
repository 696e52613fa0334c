import type { Network, Reservation } from './networks.ts';

/** How many times Kea is asked at most: enough for ten culprits among a thousand reservations. */
const MOST_TESTS = 100;

/**
 * Finds the reservations because of which Kea refuses a network, by halving, so that all others can be served.
 * Empty: it is not the reservations' fault, or there are too many of them.
 */
export async function refusedReservations(
  network: Network,
  accepts: (network: Network) => Promise<boolean>,
): Promise<Reservation[]> {
  let tests = 0;
  const isFine = async (reservations: readonly Reservation[]): Promise<boolean> => {
    tests += 1;
    return accepts({ ...network, reservations });
  };
  async function search(reservations: readonly Reservation[]): Promise<Reservation[]> {
    if (tests >= MOST_TESTS || (await isFine(reservations))) return [];
    if (reservations.length === 1) return [...reservations];
    const middle = Math.ceil(reservations.length / 2);
    return [...(await search(reservations.slice(0, middle))), ...(await search(reservations.slice(middle)))];
  }
  if (!(await isFine([]))) return [];
  const found = await search(network.reservations);
  return tests >= MOST_TESTS ? [] : found;
}
