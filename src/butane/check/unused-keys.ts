import { type Finding, type Path, pathText } from '../report.ts';
import type { Field, StructShape } from '../schema/shape.ts';
import type { Struct, Value } from '../schema/value.ts';
import { treeMismatch, unusedKey } from '../sentences.ts';

/** A document in whatever language, as far as its keys matter. */
export interface KeyTree {
  /** The keys of a map; undefined for anything else. */
  keys(): readonly string[] | undefined;
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
  const nameOf = (field: Field) => (ignition ? field.name : field.yaml);

  const visit = (node: KeyTree, shape: StructShape, value: Struct | undefined, path: Path): void => {
    const fields = ignition ? shape.ignition : shape.fields;
    const keys = node.keys();
    if (!keys) {
      findings.push({ kind: 'warning', message: treeMismatch(pathText(path)), path });
      return;
    }
    const unused = keys.filter((key) => !fields.some((field) => nameOf(field) === key));
    // The real tool lists the keys of one map in random order.
    for (const key of unused.length > 1 ? [...new Set(unused)].sort() : unused) {
      findings.push({ kind: 'warning', message: unusedKey(key), path: [...path, key], atKey: true });
    }
    for (const field of fields) {
      const item = structWithin(field);
      const name = nameOf(field);
      // What came in through an alias or a merge key has no place of its own.
      const inner = item && keys.includes(name) ? node.child(name) : undefined;
      if (!item || !inner) continue;
      const innerValue = value?.[field.name];
      if (field.shape.kind === 'struct') {
        if (innerValue !== undefined || !field.optional) {
          visit(inner, item, innerValue as Struct | undefined, [...path, name]);
        }
        continue;
      }
      for (const [i, each] of ((innerValue as Value[] | undefined) ?? []).entries()) {
        const itemNode = inner.child(i);
        if (itemNode) visit(itemNode, item, each as Struct, [...path, name, i]);
      }
    }
  };
  visit(tree, config.shape, config.value, []);
  return findings;
}

function structWithin({ shape }: Field): StructShape | undefined {
  const inner = shape.kind === 'list' ? shape.item : shape;
  return inner.kind === 'struct' ? inner : undefined;
}
