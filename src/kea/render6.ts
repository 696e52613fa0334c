import { networkOf6 } from './ipv6.ts';
import type { Network, Reservation } from './networks.ts';
import type { Place } from './render.ts';

/**
 * The DHCPv6 configuration of a network, for guests with a static `ip6=`. It reaches guests whose link-local
 * address or DUID carries their MAC (EUI-64, DUID-LL, DUID-LLT); one with a DUID-EN and a privacy address gets
 * nothing. The router and the on-link prefix come from router advertisements, which DHCPv6 cannot replace.
 */
export function renderDhcp6(network: Network, place: Place): { Dhcp6: Record<string, unknown> } {
  const bySubnet = new Map<string, Reservation[]>();
  for (const reservation of network.reservations) {
    const subnet = reservation.ipv6 && networkOf6(reservation.ipv6);
    if (subnet) bySubnet.set(subnet, [...(bySubnet.get(subnet) ?? []), reservation]);
  }
  const subnets = [...bySubnet].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    Dhcp6: {
      'interfaces-config': { interfaces: [place.interface], 're-detect': false },
      'control-socket': { 'socket-type': 'unix', 'socket-name': place.socket },
      'lease-database': { type: 'memfile', persist: false },
      // Made of the server's address, so that no file has to keep it; 2495 is ISC's number (IANA enterprise numbers).
      'server-id': {
        type: 'EN',
        'enterprise-id': 2495,
        identifier: Buffer.from(place.serverId.split('.').map(Number)).toString('hex'),
        persist: false,
      },
      'multi-threading': { 'enable-multi-threading': false },
      'dhcp-ddns': { 'enable-updates': false },
      'mac-sources': ['ipv6-link-local', 'duid'],
      'host-reservation-identifiers': ['hw-address'],
      'reservations-global': false,
      'reservations-in-subnet': true,
      'reservations-out-of-pool': false,
      'preferred-lifetime': 1800,
      'valid-lifetime': 3600,
      'client-classes': [{ name: 'DROP', test: "member('UNKNOWN')" }],
      'shared-networks': [
        {
          name: 'bridge',
          interface: place.interface,
          subnet6: subnets.map(([subnet, reservations], index) => ({
            id: index + 1,
            subnet,
            reservations: reservations.map(hostOf),
          })),
        },
      ],
      loggers: [{ name: 'kea-dhcp6', severity: 'WARN', output_options: [{ output: 'stdout' }] }],
    },
  };
}

function hostOf({ mac, ipv6 = '', hostname, searchDomains }: Reservation): Record<string, unknown> {
  return {
    'hw-address': mac,
    'ip-addresses': [ipv6.split('/')[0]],
    ...(hostname === undefined ? {} : { hostname }),
    ...(searchDomains.length > 0
      ? { 'option-data': [{ name: 'domain-search', data: searchDomains.join(', ') }] }
      : {}),
  };
}
