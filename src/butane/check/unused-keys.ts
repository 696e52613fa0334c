import { type Finding, type Path, pathText } from '../report.ts';
import type { StructShape } from '../schema/shape.ts';
import type { Struct, Value } from '../schema/value.ts';
import { treeMismatch, unusedKey } from '../sentences.ts';

/** A document in whatever language, as far as its keys matter. */
export interface KeyTree {
  /** The keys of a map; undefined for anything else. */
  keys(): string[] | undefined;
  child(part: string | number): KeyTree | undefined;
}

/**
 * Warns of keys that no field takes. Where the document has no map for a struct (an alias, a null), that is
 * warned of instead, since nothing below it can be checked or placed.
 */
export function findUnusedKeys(
  tree: KeyTree,
  config: { shape: StructShape; value: Struct; side: 'butane' | 'ignition' },
): Finding[] {
  const findings: Finding[] = [];
  const ignition = config.side === 'ignition';

  const visit = (
    node: KeyTree | undefined,
    shape: StructShape,
    value: Struct | undefined,
    path: Path,
  ): void => {
    const fields = ignition ? shape.ignition : shape.fields;
    const names = fields.map((field) => (ignition ? field.name : field.yaml));
    if (node) findings.push(...checkKeys(node, names, path));
    // What came in through an alias or a merge key has no place of its own, so neither has what is below it.
    if (!node?.keys()) return;
    for (const [i, field] of fields.entries()) {
      const inner = value?.[field.name];
      const innerNode = node.child(names[i]!);
      if (!innerNode) continue;
      const innerPath = [...path, names[i]!];
      if (field.shape.kind === 'struct') {
        if (inner !== undefined || !field.optional) visit(innerNode, field.shape, inner as Struct, innerPath);
      } else if (field.shape.kind === 'list' && field.shape.item.kind === 'struct') {
        const item = field.shape.item;
        const items = (inner as Value[] | undefined) ?? [];
        for (const [n, each] of items.entries())
          visit(innerNode.child(n), item, each as Struct, [...innerPath, n]);
      }
    }
  };
  visit(tree, config.shape, config.value, []);
  return findings;
}

function checkKeys(node: KeyTree, names: readonly string[], path: Path): Finding[] {
  const keys = node.keys();
  if (!keys) return [{ kind: 'warning', message: treeMismatch(pathText(path)), path }];
  const unused = new Set(keys.filter((key) => !names.includes(key)));
  // The real tool lists the keys of one map in random order.
  return [...unused]
    .sort()
    .map((key) => ({ kind: 'warning', message: unusedKey(key), path: [...path, key], atKey: true }));
}
