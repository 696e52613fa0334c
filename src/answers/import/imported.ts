import type { z } from 'zod';
import { type Issue, UsageError } from '../../errors.ts';
import { remarksOf } from '../sentences.ts';
import { schemaAt } from '../shape.ts';
import { type Draft, newDraft } from './draft.ts';
import { shown } from './shown.ts';

/** What an importer makes of its input; `print.ts` writes it as an answer file. */
export interface Imported {
  /** What it was, for the first line: `Terraform, infra/main.tf`. */
  from: string;
  /** Comment lines about where the work is done: ours is `target:`, or `--target`. */
  target: readonly string[];
  clusters: readonly ClusterDraft[];
  /** Comment lines about what belongs to no cluster. */
  remarks: readonly string[];
}

export interface ClusterDraft extends Draft {
  groups: Draft[];
}

/** Files that were given, and what an importer may look at beside them. */
export interface Source {
  files: readonly { name: string; text: string }[];
  /** Schema of an item of `clusters:`. */
  clusters: z.ZodType;
}

/** Either clusters, or all that is wrong with the input. */
export type ImportResult = { imported: Imported } | { issues: readonly Issue[] };

/** More than anybody has in one place; each is looked at beside all others. */
export const MOST_CLUSTERS = 1000;

/** `clusters` is the schema of an item of that section. */
export function newCluster(clusters: z.ZodType): ClusterDraft {
  return { ...newDraft(clusters), groups: [] };
}

export function newGroup(clusters: z.ZodType): Draft {
  const schema = schemaAt(clusters, ['groups', 0]);
  if (!schema) throw new Error('clusters have no groups');
  return newDraft(schema);
}

export function clusterAnswersOf({ answers, groups }: ClusterDraft): Record<string, unknown> {
  return { ...answers, groups: groups.map((group) => group.answers) };
}

/** For programs: the answers, and what has no counterpart by the path that it would be at. */
export function importedJson({ clusters, remarks, target }: Imported): unknown {
  const remarksAt = (path: string, draft: Draft) => draft.remarks.map((message) => ({ path, message }));
  return {
    answers: { version: 1, clusters: clusters.map(clusterAnswersOf) },
    remarks: [
      ...[...remarks, ...target].map((message) => ({ message })),
      ...clusters.flatMap((cluster, at) => [
        ...remarksAt(`clusters.${at}`, cluster),
        ...cluster.groups.flatMap((group, which) => remarksAt(`clusters.${at}.groups.${which}`, group)),
      ]),
    ],
  };
}

/**
 * Takes out what contradicts something else, such as an address beyond its network, until the cluster is valid;
 * each becomes a remark. What a cluster cannot be without is an error.
 */
export function settle(cluster: ClusterDraft): void {
  for (;;) {
    const value = clusterAnswersOf(cluster);
    const parsed = (cluster.schema as z.ZodType).safeParse(value);
    if (parsed.success) return;
    const [first] = remarksOf(parsed.error.issues, { schema: cluster.schema, value });
    const [key = '', at, below] = first?.path ?? [];
    const group = key === 'groups' && typeof at === 'number' ? cluster.groups[at] : undefined;
    const draft = group ?? cluster;
    const name = String(group ? (below ?? '') : key);
    if (!first || name === 'name' || !Object.hasOwn(draft.answers, name)) {
      throw new UsageError(`cluster ${shown(cluster.answers.name)} cannot be imported`, {
        why: `${first?.path.join('.')}: ${first?.message}`,
      });
    }
    draft.remarks.push(`${name} = ${shown(draft.answers[name])}: ${first.message}`);
    delete draft.answers[name];
  }
}
