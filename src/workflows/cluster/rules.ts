import { contains, countUp, formatAddress, parseCidr } from '../../answers/ip.ts';
import type { Report } from '../../answers/rule.ts';
import type { NetworkAnswers } from './groups/network-answers.ts';

interface NamedGroup {
  name: string;
  count: number;
}

/** RFC 1035: a label is at most 63 octets long. */
const LONGEST_LABEL = 63;
const HIGHEST_VMID = 999_999_999;

export function checkSource(
  { template, image }: { template?: string | undefined; image?: string | undefined },
  report: Report,
): void {
  if (template === undefined || image === undefined) return;
  report(['image'], 'stands beside template; one of the two has to go');
}

export function checkNodes({ nodes }: { nodes: 'all' | readonly string[] }, report: Report): void {
  if (nodes === 'all') return;
  nodes.forEach((node, at) => {
    if (node === 'all') report(['nodes', at], 'all stands alone; name the nodes, or write "nodes: all"');
    else if (nodes.indexOf(node) !== at) report(['nodes', at], `the node ${node} stands here twice`);
  });
}

/** Group names differ, and `<cluster>-<group>-<index>` stays a host name up to the last index. */
export function checkGuestNames(
  cluster: { name: string; groups: readonly NamedGroup[] },
  report: Report,
): void {
  const seen = new Map<string, number>();
  cluster.groups.forEach((group, at) => {
    const other = seen.get(group.name.toLowerCase());
    if (other === undefined) seen.set(group.name.toLowerCase(), at);
    else report(['groups', at, 'name'], `${JSON.stringify(group.name)} is taken already by groups.${other}`);
    const longest = `${cluster.name}-${group.name}-${group.count}`;
    if (longest.length > LONGEST_LABEL) {
      const over = longest.length - LONGEST_LABEL;
      report(
        ['groups', at, 'name'],
        `makes guests with names such as ${longest}, ${over} over the 63 characters that a host name may have`,
      );
    }
  });
}

/** The ids from `vmid` on end within PVE's range. */
export function checkVmids(
  cluster: { vmid?: number | undefined; groups: readonly Pick<NamedGroup, 'count'>[] },
  report: Report,
): void {
  const guests = cluster.groups.reduce((sum, group) => sum + group.count, 0);
  if (cluster.vmid === undefined || cluster.vmid + guests - 1 <= HIGHEST_VMID) return;
  report(['vmid'], `leaves no room for ${guests} guests below ${HIGHEST_VMID}, the highest id`);
}

/** A group is either one of the groups or to be removed. */
export function checkRemovedGroups(
  {
    removed_groups = [],
    groups,
  }: { removed_groups?: readonly string[] | undefined; groups: readonly { name: string }[] },
  report: Report,
): void {
  removed_groups.forEach((name, at) => {
    if (groups.some((group) => group.name === name))
      report(
        ['removed_groups', at],
        `${JSON.stringify(name)} stands among the groups too; one of the two has to go`,
      );
  });
}

interface Range {
  group: string;
  path: readonly (string | number)[];
  segment: string;
  family: 4 | 6;
  first: bigint;
  last: bigint;
}

/** No two guests get one address. Equal addresses on different bridges or VLANs are different networks. */
export function checkOverlaps(
  cluster: { groups: readonly { name?: string; count: number; networks: readonly NetworkAnswers[] }[] },
  report: Report,
): void {
  const ranges = cluster.groups
    .flatMap((group, at) =>
      group.networks.map((network, nic) => rangeOf(group, network, ['groups', at, 'networks', nic, 'ip'])),
    )
    .filter((range) => range !== undefined);
  ranges.forEach((range, at) => {
    const other = ranges.slice(0, at).find(({ segment, family, first, last }) => {
      return (
        segment === range.segment && family === range.family && first <= range.last && range.first <= last
      );
    });
    if (!other) return;
    const later = range.first > other.first ? range : other;
    const both = { family: later.family, value: later.first };
    report(
      range.path,
      `overlaps with the addresses of group ${other.group}: both would have ${formatAddress(both)}`,
    );
  });
}

function rangeOf(
  group: { name?: string; count: number },
  network: NetworkAnswers,
  path: readonly (string | number)[],
): Range | undefined {
  const subnet = parseCidr(network.ip);
  const first = subnet?.address;
  const last = parseCidr(countUp(network.ip, group.count - 1) ?? '')?.address;
  // What runs out of its own subnet is said elsewhere, and once.
  if (!subnet || !first || !last || !contains(subnet, last)) return undefined;
  const segment = `${network.bridge}.${network.tag ?? ''}`;
  return {
    group: String(group.name),
    path,
    segment,
    family: first.family,
    first: first.value,
    last: last.value,
  };
}
