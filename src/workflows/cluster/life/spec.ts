import { createHash } from 'node:crypto';
import type { ClusterAnswers } from '../answers.ts';
import type { WantedGuest } from '../guests/guests.ts';

/**
 * What of the answers makes a guest what it is, as 12 hexadecimal digits: another hash, another guest.
 * `config` is its Ignition as the answers give it. What we add ourselves, and what changes in place, is
 * left out: another version of this program is no reason to make guests anew.
 */
export function specOf(
  answers: Pick<ClusterAnswers, 'template' | 'image' | 'ignition'>,
  { group, nics }: Pick<WantedGuest, 'group' | 'nics'>,
  config: string,
): string {
  const networks = nics.map(({ network, address }) => {
    const { bridge, tag, gateway, dns } = network;
    return [bridge, tag ?? null, address, ...(address === 'dhcp' ? [] : [gateway ?? null, dns])];
  });
  const mounts = [...(group.virtiofs ?? []), ...(group.plan9 ?? [])].flatMap(({ tag, mount }) =>
    mount === undefined ? [] : [[tag, mount]],
  );
  const spec = {
    source: answers.template ?? answers.image,
    transport: answers.ignition.transport,
    networks,
    mounts,
    config,
  };
  return createHash('sha256').update(JSON.stringify(spec)).digest('hex').slice(0, 12);
}
