import { formatNetwork, parseCidr } from '../../answers/ip.ts';
import type { Facts, GuestFacts } from '../../facts/facts.ts';
import type { Picture, PictureGuest, PictureSegment } from '../../plan/picture.ts';
import type { ClusterAnswers } from './answers.ts';
import type { PlacedGuest } from './guests/placement.ts';

/** Nodes as boxes with their guests, and the segments that the guests are on. */
export function clusterPicture(
  answers: ClusterAnswers,
  { guests, gone, facts }: { guests: readonly PlacedGuest[]; gone: readonly GuestFacts[]; facts: Facts },
): Picture {
  const names = [...new Set([...guests, ...gone].map((guest) => guest.node))].sort();
  const nodes = names.map((name) => ({
    name,
    memoryFree: facts.nodes.find((node) => node.name === name)?.memory.free ?? 0,
    guests: [
      ...guests
        .filter((guest) => guest.node === name)
        .map((guest) => ({
          name: guest.name,
          vmid: guest.vmid,
          address: guest.nics[0]?.address.split('/')[0] ?? '',
          isNew: !guest.existing,
          ...(guest.olds.length > 0 ? { insteadOf: guest.olds.map(({ vmid }) => vmid) } : {}),
          segments: guest.nics.map(({ network }) => ({
            bridge: network.bridge,
            ...(network.tag ? { tag: network.tag } : {}),
          })),
          ...marksOf(guest, answers),
        })),
      ...gone.filter((guest) => guest.node === name).map(goneGuest),
    ],
  }));
  return {
    nodes,
    segments: segmentsOf(answers),
    notes: [...haNotes(answers, facts), ...shareNotes(answers)],
  };
}

function goneGuest({ name, vmid, addresses }: GuestFacts): PictureGuest {
  return { name, vmid, address: addresses[0] ?? 'dhcp', isNew: false, isGone: true, segments: [] };
}

function marksOf({ group }: PlacedGuest, { ha }: ClusterAnswers): { marks?: string[] } {
  const marks = [
    ...(ha.enabled ? ['HA'] : []),
    ...(group.virtiofs?.length ? ['virtiofs'] : []),
    ...(group.plan9?.length ? ['9p'] : []),
  ];
  return marks.length > 0 ? { marks } : {};
}

/** What HA keeps to, in the words of the answers. */
function haNotes({ name, nodes, ha, groups }: ClusterAnswers, facts: Facts): string[] {
  if (!ha.enabled) return [];
  const several = groups.filter((group) => group.count > 1).map((group) => group.name);
  const where =
    nodes === 'all' ? '' : `, ${ha.node_affinity === 'restrict' ? 'only' : 'rather'} on ${nodes.join(', ')}`;
  return [
    `HA starts guests of ${name} again when their node fails${where}`,
    ...(ha.anti_affinity && several.length > 0 ? [apartNote(several.join(' and of '), facts)] : []),
  ];
}

function apartNote(groups: string, facts: Facts): string {
  return facts.ha.mode === 'rules'
    ? `HA keeps guests of ${groups} apart`
    : `HA: each guest of ${groups} prefers its own node`;
}

/** One for each share, with the groups that have it where others do not. */
function shareNotes({ groups }: ClusterAnswers): string[] {
  const holders = new Map<string, Set<string>>();
  for (const { name, virtiofs = [], plan9 = [] } of groups) {
    const shares = [
      ...virtiofs.map(({ tag, path }) => [tag, `→ ${path} (virtiofs: no live migration)`]),
      ...plan9.map(({ tag, path }) => [tag, `→ ${path} (9p: no live migration)`]),
    ];
    for (const [tag, rest] of shares) {
      const key = `${tag}\0${rest}`;
      holders.set(key, (holders.get(key) ?? new Set()).add(name));
    }
  }
  return [...holders].map(([share, names]) => {
    const [tag, rest] = share.split('\0');
    const of = names.size === groups.length ? '' : ` of ${[...names].join(', ')}`;
    return `share ${tag}${of} ${rest}`;
  });
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
