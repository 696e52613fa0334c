import type { Fix, Severity } from './check.ts';

/** What one check says of one node; `node` undefined: of the cluster as a whole. */
export interface Said {
  id: string;
  severity: Severity;
  message: string;
  fix?: Fix;
  node: string | undefined;
}

export interface Merged<One extends Said> {
  /** Those that say the same, each of its own node. */
  members: readonly [One, ...One[]];
  /** `all nodes`, `pve1, pve2`; `''` where there is one node, or none is meant in particular. */
  where: string;
}

/** Several nodes that say the same become one; the order is kept. */
export function mergedByNode<One extends Said>(
  said: readonly One[],
  nodes: readonly string[],
): Merged<One>[] {
  const merged = new Map<string, [One, ...One[]]>();
  for (const one of said) {
    const key = JSON.stringify([one.id, one.severity, one.message, one.fix, one.node === undefined]);
    const known = merged.get(key);
    if (known) known.push(one);
    else merged.set(key, [one]);
  }
  return [...merged.values()].map((members) => {
    const names = members.flatMap(({ node }) => (node === undefined ? [] : [node]));
    const named = nodes.length > 1 && names.length > 0;
    return { members, where: !named ? '' : names.length === nodes.length ? 'all nodes' : names.join(', ') };
  });
}
