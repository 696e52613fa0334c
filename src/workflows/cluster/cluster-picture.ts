import { formatNetwork, parseCidr } from '../../answers/ip.ts';
import type { Facts } from '../../facts/facts.ts';
import type { Picture, PictureSegment } from '../../plan/picture.ts';
import type { ClusterAnswers } from './answers.ts';
import type { PlacedGuest } from './placement.ts';

/** Nodes as boxes with their guests, and the segments that the guests are on. */
export function clusterPicture(
  answers: ClusterAnswers,
  guests: readonly PlacedGuest[],
  facts: Facts,
): Picture {
  const names = [...new Set(guests.map((guest) => guest.node))].sort();
  const nodes = names.map((name) => ({
    name,
    memoryFree: facts.nodes.find((node) => node.name === name)?.memory.free ?? 0,
    guests: guests
      .filter((guest) => guest.node === name)
      .map((guest) => ({
        name: guest.name,
        vmid: guest.vmid,
        address: guest.nics[0]?.address.split('/')[0] ?? '',
        isNew: !guest.existing,
        segments: guest.nics.map(({ network }) => ({
          bridge: network.bridge,
          ...(network.tag ? { tag: network.tag } : {}),
        })),
      })),
  }));
  return { nodes, segments: segmentsOf(answers), notes: [] };
}

function segmentsOf(answers: ClusterAnswers): PictureSegment[] {
  const segments = new Map<string, PictureSegment>();
  for (const network of answers.groups.flatMap((group) => group.networks)) {
    const key = `${network.bridge}.${network.tag ?? ''}`;
    const cidr = network.ip === 'dhcp' ? undefined : parseCidr(network.ip);
    const subnet = cidr ? formatNetwork(cidr) : segments.get(key)?.subnet;
    segments.set(key, {
      bridge: network.bridge,
      ...(network.tag ? { tag: network.tag } : {}),
      ...(subnet ? { subnet } : {}),
    });
  }
  return [...segments.values()];
}
