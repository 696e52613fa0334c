import type { Finding } from './finding.ts';
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
  const winners = [...byMac.values()].sort((a, b) => a.vmid - b.vmid || nicNumber(a) - nicNumber(b));
  return { winners, findings };
}

function describe({ vmid, nic }: Reservation, running: ReadonlySet<number>): string {
  return `guest ${vmid} ${nic}, which ${running.has(vmid) ? 'runs' : 'has the lower id'}`;
}

function nicNumber({ nic }: Reservation): number {
  return Number(nic.slice(3));
}
