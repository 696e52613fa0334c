import { isDeepStrictEqual } from 'node:util';
import type { ClusterDraft } from './imported.ts';

/** As RFC 1035 has it, less the room for group and number behind it. */
const LONGEST = 40;

export interface GuestNames {
  cluster: string;
  group: string;
}

/**
 * `edge-server` → cluster edge, group server: its guests then have the names that the other tool gave them.
 * A name of one part is the group's, and `fallback` the cluster's.
 */
export function splitName(name: string, fallback: string): GuestNames {
  const label = labelOf(name.split('.')[0] ?? '') || 'group';
  const dash = label.lastIndexOf('-');
  if (dash > 0) return { cluster: label.slice(0, dash), group: label.slice(dash + 1) };
  return { cluster: labelOf(fallback) || 'cluster', group: label };
}

/** The nearest DNS label; empty where nothing of the text can stand in one. */
export function labelOf(text: string): string {
  return text
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .slice(0, LONGEST)
    .replaceAll(/^-+|-+$/g, '');
}

/**
 * Clusters of one name become one where all that holds for a whole cluster is equal and their ids follow each
 * other; the others get the name of their group behind theirs, for names of clusters are unique.
 */
export function joinClusters(clusters: readonly ClusterDraft[]): ClusterDraft[] {
  const joined: ClusterDraft[] = [];
  const names = new Set(clusters.map((cluster) => lower(cluster.answers.name)));
  for (const cluster of clusters) {
    const name = lower(cluster.answers.name);
    const same = joined.filter((other) => lower(other.answers.name) === name);
    const home = same.find((other) => fits(other, cluster));
    if (home) {
      home.groups.push(...cluster.groups);
      home.remarks.push(...cluster.remarks.filter((remark) => !home.remarks.includes(remark)));
      continue;
    }
    if (same.length > 0) rename(cluster, names);
    joined.push(cluster);
  }
  return joined;
}

function fits(home: ClusterDraft, cluster: ClusterDraft): boolean {
  const { vmid, ...answers } = cluster.answers;
  const { vmid: first, ...others } = home.answers;
  const groups = new Set(home.groups.map((group) => lower(group.answers.name)));
  if (cluster.groups.some((group) => groups.has(lower(group.answers.name)))) return false;
  if (!isDeepStrictEqual([answers, cluster.later], [others, home.later])) return false;
  const guests = home.groups.reduce((sum, group) => sum + Number(group.answers.count ?? 1), 0);
  return vmid === undefined || (typeof first === 'number' && vmid === first + guests);
}

function rename(cluster: ClusterDraft, taken: Set<string>): void {
  const [group] = cluster.groups;
  const old = String(cluster.answers.name);
  const wish = labelOf(`${old}-${group?.answers.name}`);
  let name = wish;
  for (let number = 2; taken.has(name.toLowerCase()); number += 1) name = `${wish}${number}`;
  taken.add(name.toLowerCase());
  cluster.answers.name = name;
  cluster.remarks.push(
    `cluster ${name}, not ${old}: it differs from that one in more than its groups, or its ids do not follow`,
  );
}

function lower(name: unknown): string {
  return String(name).toLowerCase();
}
