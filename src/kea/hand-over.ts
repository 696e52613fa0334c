import { readFileSync } from 'node:fs';
import { askKea } from './control-socket.ts';
import type { Generation } from './generation.ts';
import { ownersOf } from './generation-files.ts';
import { parseLeases } from './leases.ts';
import type { Network } from './networks.ts';

/**
 * Leases that the old generation gave between the copy of its file and its end: the new one may not have seen the
 * requests, and would refuse these guests at their next INIT-REBOOT. Best effort: a guest that is refused asks anew.
 */
export async function handOverLeases(
  network: Network,
  { from, to }: { from: Generation; to: Generation },
): Promise<void> {
  if (!from.place.persist || !to.place.persist) return;
  try {
    const text = readFileSync(from.place.leaseFile, 'latin1').slice(to.carried);
    const owners = ownersOf(network);
    for (const lease of parseLeases(text).values()) {
      const owner = owners.get(lease.address);
      if (owner?.mac !== lease.mac || lease.state !== 0) continue;
      const values = {
        'ip-address': lease.address,
        'hw-address': lease.mac,
        'subnet-id': owner.subnetId,
        'valid-lft': lease.validLifetime,
        expire: lease.expires,
        ...(lease.clientId ? { 'client-id': lease.clientId } : {}),
        ...(lease.hostname ? { hostname: lease.hostname } : {}),
        'force-create': true,
      };
      await askKea(to.place.socket, { command: 'lease4-update', arguments: values });
    }
  } catch {
    // See above.
  }
}
