import type { Finding } from './finding.ts';
import type { Guest } from './guest-conf.ts';
import { networkKey, type Surroundings, segmentOf } from './networks.ts';
import type { StatusFinding } from './status.ts';

/** Says of each finding which networks it concerns: that of its NIC, or those of all NICs of its guest. */
export function placeFindings(
  findings: readonly Finding[],
  { guests, around }: { guests: readonly Guest[]; around: Surroundings },
): StatusFinding[] {
  const concerned = new Set(findings.map(({ vmid }) => vmid));
  const byId = new Map(guests.filter(({ vmid }) => concerned.has(vmid)).map((guest) => [guest.vmid, guest]));
  return findings.map((finding) => {
    const guest = byId.get(finding.vmid);
    const nics = (guest?.nics ?? []).filter(({ id }) => finding.nic === null || finding.nic === id);
    const networks = nics.map((nic) => networkKey(segmentOf({ vmid: finding.vmid }, nic, around)));
    return { ...finding, networks: [...new Set(networks)] };
  });
}
