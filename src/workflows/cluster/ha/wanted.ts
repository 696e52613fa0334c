import type { Facts } from '../../../facts/facts.ts';
import { isMarked, sidOf } from '../../../pve/ha.ts';
import type { ClusterAnswers } from '../answers.ts';
import type { Group } from '../guests/guests.ts';
import type { PlacedGuest } from '../guests/placement.ts';

/** Guests that a rule keeps on different nodes. */
export interface ApartRule {
  rule: string;
  group: Group;
  guests: readonly PlacedGuest[];
}

/** An HA group of PVE 8 and the guests that are in it. */
export interface NodeGroup {
  haGroup: string;
  group: Group;
  /** With priorities: `pve1:2`. */
  nodes: readonly string[];
  guests: readonly PlacedGuest[];
}

// Names of clusters, groups and nodes are DNS labels, so `_` stands between them without doubt.

/** The rule by which a cluster's guests stay on its nodes. */
export function nodeRuleId({ name }: Pick<ClusterAnswers, 'name'>): string {
  return `proxwright_${name}_nodes`;
}

/** Nodes that guests can be kept apart on. */
export function nodesOf({ nodes }: Pick<ClusterAnswers, 'nodes'>, facts: Facts): string[] {
  return nodes === 'all' ? facts.nodes.map((node) => node.name) : [...nodes];
}

/**
 * One rule for as many guests of a group as there are nodes, since PVE refuses one with more; a further one
 * for the next ones. Who is in a rule already stays there, so that a guest that moved changes nothing.
 */
export function apartRules(
  answers: ClusterAnswers,
  guests: readonly PlacedGuest[],
  facts: Facts,
): ApartRule[] {
  const width = nodesOf(answers, facts).length;
  if (!answers.ha.anti_affinity || width < 2) return [];
  return answers.groups.flatMap((group) => {
    const own = guests.filter((guest) => guest.group === group);
    const batches: PlacedGuest[][] = Array.from({ length: Math.ceil(own.length / width) }, () => []);
    const ids = batches.map(
      (_, at) => `proxwright_${answers.name}_${group.name}_apart${at === 0 ? '' : at + 1}`,
    );
    const held = ids.map((id) => facts.ha.rules.find((rule) => rule.rule === id)?.resources ?? []);
    const left = own.filter((guest) => {
      const at = guest.existing ? held.findIndex((sids) => sids.includes(sidOf(guest.vmid))) : -1;
      const batch = batches[at];
      if (!batch || batch.length >= width) return true;
      batch.push(guest);
      return false;
    });
    for (const guest of left) {
      const open = batches.filter((batch) => batch.length < width);
      const other = open.find((batch) => batch.every(({ node }) => node !== guest.node));
      (other ?? open[0])?.push(guest);
    }
    return batches.flatMap((batch, at) =>
      batch.length < 2 ? [] : [{ rule: ids[at]!, group, guests: batch }],
    );
  });
}

/**
 * What PVE 8 has in place of rules: a group per node, in which that node comes first, so that guests go back
 * to being apart. A guest that is away from its node for now keeps its group.
 */
export function nodeGroups(
  answers: ClusterAnswers,
  guests: readonly PlacedGuest[],
  facts: Facts,
): NodeGroup[] {
  const nodes = nodesOf(answers, facts);
  const made = new Map<string, NodeGroup & { guests: PlacedGuest[] }>();
  for (const guest of guests) {
    const { group } = guest;
    const stem = `proxwright_${answers.name}_${group.name}`;
    const apart = answers.ha.anti_affinity && group.count > 1;
    if (!apart && answers.nodes === 'all') continue;
    const home = apart ? homeOf(guest, { stem, nodes, facts }) : undefined;
    const haGroup = home === undefined ? stem : `${stem}_${home}`;
    const wanted = home === undefined ? nodes : nodes.map((node) => `${node}:${node === home ? 2 : 1}`);
    const known = made.get(haGroup) ?? { haGroup, group, nodes: wanted, guests: [] };
    known.guests.push(guest);
    made.set(haGroup, known);
  }
  return [...made.values()];
}

function homeOf(
  guest: PlacedGuest,
  { stem, nodes, facts }: { stem: string; nodes: readonly string[]; facts: Facts },
): string {
  const group = guest.existing && resourceOf(guest, facts)?.group;
  const home = group?.startsWith(`${stem}_`) ? group.slice(stem.length + 1) : undefined;
  return home !== undefined && nodes.includes(home) ? home : guest.node;
}

/** The HA resource that a guest has now. */
export function resourceOf(guest: PlacedGuest, facts: Facts): Facts['ha']['resources'][number] | undefined {
  if (!guest.existing) return undefined;
  const sid = sidOf(guest.existing.vmid);
  return facts.ha.resources.find((resource) => resource.sid === sid);
}

/** Somebody else's rule or group that decides on the nodes of a guest: PVE takes only one for each. */
export function foreignHome(guest: PlacedGuest, cluster: string, facts: Facts): string | undefined {
  const resource = resourceOf(guest, facts);
  if (!resource) return undefined;
  if (facts.ha.mode === 'groups') {
    const group = facts.ha.groups.find((other) => other.group === resource.group);
    return group && !isMarked(group.comment, cluster) ? group.group : undefined;
  }
  return facts.ha.rules.find(
    ({ type, resources, disabled, comment }) =>
      type === 'node-affinity' &&
      !disabled &&
      resources.includes(resource.sid) &&
      !isMarked(comment, cluster),
  )?.rule;
}

/** Guests with shares cannot move while they run, so they do not go back by themselves. */
export function failbackOf({ ha }: Pick<ClusterAnswers, 'ha'>, group: Group): boolean {
  return ha.failback ?? !(group.virtiofs?.length || group.plan9?.length);
}
