import { isDeepStrictEqual } from 'node:util';
import type { Instance } from './hcl/evaluate.ts';
import type { ClusterDraft } from './imported.ts';
import { splitName } from './names.ts';
import type { ModuleCall } from './terraform-module.ts';

interface Made {
  call: Pick<ModuleCall, 'spot' | 'label' | 'folder'> & { instance: Instance | undefined };
  cluster?: ClusterDraft;
}

/**
 * What one block makes by `count`, alike but for names and ids that follow each other, becomes one group with
 * that many guests. Others stay as they are.
 */
export function joinCounted(made: readonly Made[]): ClusterDraft[] {
  const series: Made[][] = [];
  for (const one of made) {
    const last = series.at(-1);
    if (last?.[0] && isSameBlock(last[0], one) && one.call.instance?.kind === 'count') last.push(one);
    else series.push([one]);
  }
  return series.flatMap((calls) => {
    const clusters = calls.flatMap(({ cluster }) => cluster ?? []);
    const joined = clusters.length === calls.length && clusters.length > 1 && inOne(clusters, calls);
    return joined ? [joined] : clusters;
  });
}

/** Modules of modules have the same block for each of theirs: the folders of names before it tell them apart. */
function isSameBlock({ call: one }: Made, { call: other }: Made): boolean {
  const stem = ({ label = '' }: Made['call']) => label.replace(/\[\d+\]$/, '');
  return one.spot === other.spot && stem(one) === stem(other);
}

function inOne(clusters: readonly ClusterDraft[], calls: readonly Made[]): ClusterDraft | undefined {
  const [first] = clusters;
  const group = first?.groups[0];
  if (!first || !group) return undefined;
  const each = Number(group.answers.count ?? 1);
  const alike = clusters.every((cluster, at) => {
    const { vmid, name: _name, ...answers } = cluster.answers;
    const { vmid: begin, name: _first, ...others } = first.answers;
    const follows = begin === undefined ? vmid === undefined : vmid === Number(begin) + at * each;
    return (
      follows &&
      stemOf(cluster) === stemOf(first) &&
      isDeepStrictEqual([answers, unnamed(cluster)], [others, unnamed(first)])
    );
  });
  if (!alike) return undefined;
  const label = (calls[0]?.call.label ?? 'cluster').replace(/\[0\]$/, '');
  const whole = stemOf(first);
  const names = splitName(whole === '' ? label : whole, label);
  first.answers.name = names.cluster;
  group.answers.name = names.group;
  group.answers.count = each * clusters.length;
  first.remarks.push(
    `count = ${clusters.length}: they differ in name and number alone, so that they are one group: ${names.cluster}-${names.group}-1 and so on`,
  );
  return first;
}

/** Of its guests' names, without the number at the end. */
function stemOf({ answers, groups: [group] }: ClusterDraft): string {
  return `${answers.name}-${group?.answers.name}`.replace(/-?\d+$/, '');
}

function unnamed({ groups, later }: ClusterDraft): unknown {
  return [groups.map(({ answers: { name: _name, ...answers }, later: more }) => [answers, more]), later];
}
