import type { Network, Reservation } from './networks.ts';
import { type OptionData, optionSets } from './option-sets.ts';
import { subnetsOf } from './subnets.ts';

/** Where one generation of Kea listens, and what it calls its own. */
export interface Place {
  /** The name of the veth inside of the namespace. */
  interface: string;
  /** The link-local address that this generation binds; two generations at once need two. */
  listen: string;
  /** The same for all generations: clients renew with the server that they know. */
  serverId: string;
  socket: string;
  leaseFile: string;
  /** False: leases in memory only, for a full or read-only disk. */
  persist: boolean;
  /** Folder of Kea's hook libraries. */
  hooks: string;
}

/** Known guests get their address for an hour; two generations overlap for milliseconds only. */
const VALID_LIFETIME = 3600;

/**
 * Seconds. Kea's own day would leave a guest whose address was in use for a moment without any: it has no other. A
 * client waits ten seconds before it asks again (RFC 2131 section 3.1).
 */
const DECLINE_PROBATION = 5;

/**
 * The configuration of the one Kea of a network. It answers exactly the reserved MACs, and is silent to all
 * others: they are another server's business, even on INIT-REBOOT, which an authoritative server would refuse.
 */
export function renderDhcp4(network: Network, place: Place): { Dhcp4: Record<string, unknown> } {
  const options = optionSets(network.reservations);
  const subnets = subnetsOf(network.reservations).map(({ id, subnet, reservations }) => ({
    id,
    subnet,
    interface: place.interface,
    reservations: reservations.map((reservation) => hostOf(reservation, options.of(reservation))),
  }));
  return {
    Dhcp4: {
      'interfaces-config': {
        interfaces: [`${place.interface}/${place.listen}`],
        'dhcp-socket-type': 'raw',
        're-detect': false,
      },
      'control-socket': { 'socket-type': 'unix', 'socket-name': place.socket },
      'lease-database': {
        type: 'memfile',
        persist: place.persist,
        name: place.leaseFile,
        // The agent compacts the file whenever it starts a generation.
        'lfc-interval': 0,
      },
      'hooks-libraries': [{ library: `${place.hooks}/libdhcp_lease_cmds.so` }],
      'multi-threading': { 'enable-multi-threading': false },
      'dhcp-ddns': { 'enable-updates': false },
      'host-reservation-identifiers': ['hw-address'],
      'reservations-global': false,
      'reservations-in-subnet': true,
      'reservations-out-of-pool': false,
      'ip-reservations-unique': false,
      // With true, a guest that changes its client id gets no answer.
      'match-client-id': false,
      'echo-client-id': true,
      authoritative: true,
      'valid-lifetime': VALID_LIFETIME,
      // A renewal goes to the server's link-local address by way of the guest's router, which drops it. Only when it
      // rebinds, by broadcast, does a guest learn of a change: a minute later, not at seven eighths of its lease.
      'renew-timer': VALID_LIFETIME / 2,
      'rebind-timer': VALID_LIFETIME / 2 + 60,
      'decline-probation-period': DECLINE_PROBATION,
      'option-data': [{ name: 'dhcp-server-identifier', data: place.serverId }],
      'client-classes': [{ name: 'DROP', test: "member('UNKNOWN')" }, ...options.classes],
      ...(subnets.length > 1
        ? {
            'shared-networks': [
              {
                name: 'bridge',
                interface: place.interface,
                subnet4: subnets.map(({ interface: _, ...subnet }) => subnet),
              },
            ],
          }
        : { subnet4: subnets }),
      loggers: [{ name: 'kea-dhcp4', severity: 'WARN', output_options: [{ output: 'stdout' }] }],
    },
  };
}

/** A Kea that has everything loaded, and listens nowhere but on its control socket. */
export function renderStandby(place: Place): { Dhcp4: Record<string, unknown> } {
  const { Dhcp4 } = renderDhcp4({ bridge: '', vlan: null, reservations: [] }, { ...place, persist: false });
  return { Dhcp4: { ...Dhcp4, 'interfaces-config': { interfaces: [] } } };
}

function hostOf(
  { mac, address, hostname }: Reservation,
  options: { class: string } | { data: readonly OptionData[] },
): Record<string, unknown> {
  return {
    'hw-address': mac,
    'ip-address': address,
    ...(hostname === undefined ? {} : { hostname }),
    ...('class' in options
      ? { 'client-classes': [options.class] }
      : options.data.length > 0
        ? { 'option-data': options.data }
        : {}),
  };
}
