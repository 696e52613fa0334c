import { createHash } from 'node:crypto';
import type { Network } from './networks.ts';

const signatures = new WeakMap<Network, string>();

/** Changes with whatever Kea has to know of a network; the number in front with what we make of it. */
export function signatureOf(network: Network): string {
  const known = signatures.get(network);
  if (known) return known;
  const signature = createHash('sha256')
    .update(`2 ${JSON.stringify(network)}`)
    .digest('hex')
    .slice(0, 16);
  signatures.set(network, signature);
  return signature;
}
