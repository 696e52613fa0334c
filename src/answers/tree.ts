import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { type ParsedYaml, TOO_DEEP } from './yaml.ts';

/** A YAML value and where it stands. Aliases share the branch of their anchor. */
export interface Branch {
  value: unknown;
  /** Offset of the value in its file. */
  at: number;
  /** Offset of its key, for an entry of a mapping. */
  keyAt?: number;
  children: ReadonlyMap<string, Branch>;
  /** Values within, this one included, aliases counted each time. */
  size: number;
}

export interface Fault {
  message: string;
  offset: number;
}

/** Deeper than any section's schema by far. */
const DEEPEST = 64;
/** Two values for each token that `parseYaml` allows would be 500,000; aliases must not multiply beyond. */
const LARGEST = 500_000;

/** Turns a document into plain values with their places; duplicate keys and bad aliases are faults. */
export function treeOf({ document }: ParsedYaml): { tree?: Branch; faults: Fault[] } {
  const walk: Walk = { anchors: new Map(), faults: [], depth: 0 };
  const tree = branchOf(document.contents, walk);
  const [deep] = walk.faults.filter((fault) => fault.message === TOO_DEEP);
  if (deep) return { faults: [deep] };
  if (tree.size > LARGEST) {
    return {
      faults: [{ message: 'its aliases multiply to more values than an answer file can need', offset: 0 }],
    };
  }
  return walk.faults.length > 0 ? { faults: walk.faults } : { tree, faults: [] };
}

interface Walk {
  /** Undefined while the anchor's own value is being read. */
  anchors: Map<string, Branch | undefined>;
  faults: Fault[];
  depth: number;
}

function branchOf(node: Node | null | undefined, walk: Walk): Branch {
  const at = node?.range?.[0] ?? 0;
  if (isAlias(node)) return branchOfAlias(node, walk);
  if (walk.depth > DEEPEST) {
    walk.faults.push({ message: TOO_DEEP, offset: at });
    return leaf(null, at);
  }
  const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
  if (anchor) walk.anchors.set(anchor, undefined);
  const below = { ...walk, depth: walk.depth + 1 };
  const branch = isMap(node)
    ? branchOfMap(node, below)
    : isSeq(node)
      ? branchOfList(node, below)
      : leaf(isScalar(node) ? node.value : null, at);
  if (anchor) walk.anchors.set(anchor, branch);
  return branch;
}

function branchOfAlias(node: Alias, walk: Walk): Branch {
  const at = node.range?.[0] ?? 0;
  const branch = walk.anchors.get(node.source);
  if (branch) return { ...branch, at };
  const message = walk.anchors.has(node.source)
    ? `the alias *${node.source} stands within its own anchor`
    : `the alias *${node.source} has no anchor &${node.source} before it`;
  walk.faults.push({ message, offset: at });
  return leaf(null, at);
}

function branchOfList(node: YAMLSeq, walk: Walk): Branch {
  const children = new Map(node.items.map((item, index) => [String(index), branchOf(item as Node, walk)]));
  return grown(
    [...children.values()].map((child) => child.value),
    { at: node.range?.[0] ?? 0, children },
  );
}

function branchOfMap(node: YAMLMap, walk: Walk): Branch {
  const children = new Map<string, Branch>();
  const merged: Branch[] = [];
  for (const pair of node.items as Pair<Node, Node | null>[]) {
    const keyAt = pair.key.range?.[0] ?? 0;
    const key = isAlias(pair.key)
      ? branchOfAlias(pair.key, walk).value
      : isScalar(pair.key)
        ? pair.key.value
        : undefined;
    if (isMergeKey(pair.key)) {
      merged.push(...mappingsOf(branchOf(pair.value, walk), { keyAt, walk }));
    } else if (typeof key === 'object' || key === undefined) {
      walk.faults.push({ message: 'a key must be a plain text', offset: keyAt });
    } else if (children.has(String(key))) {
      walk.faults.push({
        message: `the key ${JSON.stringify(String(key))} stands here a second time`,
        offset: keyAt,
      });
    } else {
      const value = branchOf(pair.value, walk);
      // Where nothing stands, the parser's offset is that of what comes next.
      const nothing =
        pair.value === null || (isScalar(pair.value) && pair.value.value === null && !pair.value.source);
      children.set(String(key), { ...value, keyAt, at: nothing ? keyAt : value.at });
    }
  }
  for (const [key, child] of merged.flatMap((branch) => [...branch.children])) {
    if (!children.has(key)) children.set(key, child);
  }
  const value = Object.fromEntries([...children].map(([key, child]) => [key, child.value]));
  return grown(value, { at: node.range?.[0] ?? 0, children });
}

function isMergeKey(key: Node): boolean {
  return isScalar(key) && (key.value === '<<' || typeof key.value === 'symbol') && key.type === 'PLAIN';
}

/** `<<: *base` and `<<: [*one, *two]`. */
function mappingsOf(branch: Branch, { keyAt, walk }: { keyAt: number; walk: Walk }): Branch[] {
  const branches = Array.isArray(branch.value) ? [...branch.children.values()] : [branch];
  if (branches.every((each) => typeof each.value === 'object' && each.value && !Array.isArray(each.value)))
    return branches;
  walk.faults.push({ message: '<< wants an alias of a mapping', offset: keyAt });
  return [];
}

function leaf(value: unknown, at: number): Branch {
  return { value, at, children: new Map(), size: 1 };
}

function grown(
  value: unknown,
  { at, children }: { at: number; children: ReadonlyMap<string, Branch> },
): Branch {
  return { value, at, children, size: [...children.values()].reduce((sum, child) => sum + child.size, 1) };
}
