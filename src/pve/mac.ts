import { createHash } from 'node:crypto';
import { RunError } from '../errors.ts';

export interface MacOptions {
  /** NIC number. */
  nic: number;
  /** The datacenter's `mac_prefix`, 1 to 5 octets, such as `BC:24:11`; empty: locally administered. */
  prefix?: string;
  /** Upper-case MACs that are taken. */
  known: ReadonlySet<string>;
}

/** The MAC of a guest's NIC: the same for the same uid, and the next of its series where that one is taken. */
export function macFor(uid: string, options: MacOptions): string {
  const prefix = (options.prefix ?? 'BC:24:11')
    .toUpperCase()
    .split(':')
    .filter((octet) => octet !== '');
  for (let attempt = 0; ; attempt += 1) {
    const digest = createHash('sha256').update(`${uid}/${options.nic}/${attempt}`).digest();
    const octets = [...digest.subarray(0, 6)].map((octet) =>
      octet.toString(16).padStart(2, '0').toUpperCase(),
    );
    // Bit 1 says locally administered, bit 0 would say multicast (IEEE 802).
    if (prefix.length === 0)
      octets[0] = ((digest[0]! & 0xfc) | 0x02).toString(16).padStart(2, '0').toUpperCase();
    octets.splice(0, prefix.length, ...prefix);
    const mac = octets.join(':');
    if (!options.known.has(mac)) return mac;
    if (attempt === MOST_ATTEMPTS)
      throw new RunError(`no MAC is left under the prefix ${prefix.join(':')}`, {
        fix: 'set a shorter mac_prefix for the datacenter',
      });
  }
}

/** Enough to find the last free one of a five-octet prefix, nearly always. */
const MOST_ATTEMPTS = 4096;
