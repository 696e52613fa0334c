/** A node of the YAML document with the place where it starts (1-based, columns in characters). */
export interface YamlNode {
  readonly kind: 'scalar' | 'map' | 'list' | 'alias';
  /** Short form, such as `!!int`; never empty but for aliases. */
  readonly tag: string;
  /** A scalar's text; an alias's anchor. */
  readonly value: string;
  readonly line: number;
  readonly column: number;
  /** A list's items; a map's keys and values in turn. */
  readonly items: YamlNode[];
  /** What an alias stands for. */
  readonly target?: YamlNode;
}

/** The tag by which the decoder decides, that is an alias's target's own. */
export function effectiveTag(node: YamlNode): string {
  return node.target ? effectiveTag(node.target) : node.tag;
}

/** What a key or a list index holds; undefined where there is none (aliases are not looked into). */
export function childOf(node: YamlNode, part: string | number): YamlNode | undefined {
  if (node.kind === 'list') return typeof part === 'number' ? node.items[part] : undefined;
  if (node.kind !== 'map' || typeof part === 'number') return undefined;
  const at = keyIndex(node, part);
  return at === undefined ? undefined : node.items[at + 1];
}

// Maps with more keys are indexed once they are looked into.
const FEW_ITEMS = 64;
const indexes = new WeakMap<YamlNode, Map<string, number>>();

/** Where the last key of that text stands among a map's items. */
function keyIndex(map: YamlNode, key: string): number | undefined {
  const { items } = map;
  if (items.length <= FEW_ITEMS) {
    for (let i = items.length - 2; i >= 0; i -= 2) if (items[i]!.value === key) return i;
    return undefined;
  }
  let index = indexes.get(map);
  if (!index) {
    index = new Map();
    for (let i = 0; i < items.length; i += 2) index.set(items[i]!.value, i);
    indexes.set(map, index);
  }
  return index.get(key);
}

/** The deepest part of a path that the document has. */
export function deepestNode(root: YamlNode, path: readonly (string | number)[]): YamlNode {
  let node = root;
  for (const part of path) {
    const child = childOf(node, part);
    if (!child) break;
    node = child;
  }
  return node;
}

/** The node of the key that a path ends in. */
export function keyNode(root: YamlNode, path: readonly (string | number)[]): YamlNode | undefined {
  let map: YamlNode | undefined = root;
  for (const part of path.slice(0, -1)) map = map && childOf(map, part);
  const at = map?.kind === 'map' ? keyIndex(map, String(path.at(-1))) : undefined;
  return at === undefined ? undefined : map!.items[at];
}
