import type { GuestFacts } from '../../../facts/facts.ts';
import type { PlacedGuest } from '../guests/placement.ts';

/**
 * Guests that take others' places, each behind those whose old ones have its addresses now: where a group's
 * addresses move up by one, the last guest goes first. Those in a ring stay as they are.
 */
export function inAddressOrder(guests: readonly PlacedGuest[]): PlacedGuest[] {
  const holders = oldHolders(guests);
  const ordered = new Set<PlacedGuest>();
  const seen = new Set<PlacedGuest>();
  const visit = (guest: PlacedGuest): void => {
    if (seen.has(guest)) return;
    seen.add(guest);
    for (const holder of holders(guest)) visit(holder);
    ordered.add(guest);
  };
  guests.forEach(visit);
  return [...ordered];
}

/** The guests whose old ones have addresses that a guest is to have. */
export function oldHolders(guests: readonly PlacedGuest[]): (guest: PlacedGuest) => PlacedGuest[] {
  const byAddress = new Map<string, PlacedGuest>();
  for (const guest of guests)
    for (const old of guest.olds) for (const place of addressPlaces(old)) byAddress.set(place, guest);
  return (guest) => {
    const holders = wantedPlaces(guest).flatMap((place) => byAddress.get(place) ?? []);
    return [...new Set(holders)].filter((holder) => holder !== guest);
  };
}

/** `10.0.20.11 vmbr0.20` for each fixed address of a guest that is there. */
function addressPlaces({ addresses, segments }: GuestFacts): string[] {
  return addresses.map((address, at) => `${address} ${segments?.[at] ?? ''}`);
}

/** The same of one that is to be; as well without the segment, where that of the other one is not known. */
function wantedPlaces({ nics }: PlacedGuest): string[] {
  return nics.flatMap(({ address, network }) => {
    const plain = address.split('/')[0] ?? '';
    return address === 'dhcp' ? [] : [`${plain} ${segmentOf(network)}`, `${plain} `];
  });
}

/** Where an address counts: the same one elsewhere is another one. */
export function segmentOf({ bridge, tag }: { bridge: string; tag?: number | undefined }): string {
  return `${bridge}.${tag ?? ''}`;
}
