import type { Finding } from './finding.ts';
import { canonical6 } from './ipv6.ts';
import type { Reservation } from './networks.ts';

/**
 * On one segment a MAC and an address belong to one NIC each. Of several, the running guest gets it, then the
 * lowest id, then the lowest NIC; each of the others is told who has it.
 */
export function chooseWinners(
  reservations: readonly Reservation[],
  running: ReadonlySet<number>,
): { winners: Reservation[]; findings: Finding[] } {
  const queue = [...reservations].sort(
    (a, b) =>
      Number(running.has(b.vmid)) - Number(running.has(a.vmid)) ||
      a.vmid - b.vmid ||
      nicNumber(a) - nicNumber(b),
  );
  const byMac = new Map<string, Reservation>();
  const byAddress = new Map<string, Reservation>();
  const findings: Finding[] = [];
  for (const reservation of queue) {
    const macOwner = byMac.get(reservation.mac);
    const addressOwner = byAddress.get(reservation.address);
    if (!macOwner && !addressOwner) {
      byMac.set(reservation.mac, reservation);
      byAddress.set(reservation.address, reservation);
      continue;
    }
    const { vmid, nic } = reservation;
    const message = macOwner
      ? `not served: its MAC address ${reservation.mac} is also that of ${describe(macOwner, running)}`
      : `not served: its address ${reservation.address} is also that of ${describe(addressOwner as Reservation, running)}`;
    findings.push({ vmid, nic, severity: 'error', message });
  }
  const winners = withoutTakenIpv6([...byMac.values()], { running, findings });
  return { winners: winners.sort((a, b) => a.vmid - b.vmid || nicNumber(a) - nicNumber(b)), findings };
}

/** An IPv6 address that a better placed guest has costs the others that address, not the IPv4 one. */
function withoutTakenIpv6(
  queue: readonly Reservation[],
  { running, findings }: { running: ReadonlySet<number>; findings: Finding[] },
): Reservation[] {
  const owners = new Map<string, Reservation>();
  return queue.map((reservation) => {
    const address = reservation.ipv6 && canonical6(reservation.ipv6);
    if (!address) return reservation;
    const owner = owners.get(address);
    if (!owner) {
      owners.set(address, reservation);
      return reservation;
    }
    const { vmid, nic, ipv6 } = reservation;
    const message = `its IPv6 address is not served: ${ipv6} is also that of ${describe(owner, running)}`;
    findings.push({ vmid, nic, severity: 'error', message });
    return { ...reservation, ipv6: undefined };
  });
}

function describe({ vmid, nic }: Reservation, running: ReadonlySet<number>): string {
  return `guest ${vmid} ${nic}, which ${running.has(vmid) ? 'runs' : 'has the lower id'}`;
}

function nicNumber({ nic }: Reservation): number {
  return Number(nic.slice(3));
}
