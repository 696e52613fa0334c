import { StructMerge } from './merge-structs.ts';
import { Origins } from './origins.ts';
import { plainIgnition } from './schema/encode.ts';
import type { StructShape } from './schema/shape.ts';
import type { Struct, Value } from './schema/value.ts';
import { ignitionShape } from './schema/variants.ts';

/**
 * Merges two Ignition configs (as JSON values) as Ignition does: the child's fields win, lists are united by
 * the items' keys in the parent's order. The result has the newer version of the two.
 */
export function mergeIgnition(parent: unknown, child: unknown): unknown {
  const versions = [versionOf(parent), versionOf(child)];
  const newest = versions.sort(compareVersions).at(-1)!;
  const shape = ignitionShape(newest);
  const merged = new StructMerge().structs(shape, {
    parent: withoutNulls(parent) as Struct,
    child: withoutNulls(child) as Struct,
  });
  merged.ignition = { ...(merged.ignition as Struct | undefined), version: newest };
  return plainIgnition(shape, merged);
}

interface Sourced {
  config: Struct;
  origins: Origins;
}

/**
 * Merges what sugar stands for (the parent) with the user's own config (the child) and tells where the
 * result's parts come from. The parent's origins are complete, the child's are the exceptions.
 */
export function mergeGenerated(
  shape: StructShape,
  { parent, child }: { parent: Sourced; child: Sourced },
): Sourced {
  const origins = new Origins();
  const merge = new StructMerge({
    keep: (path) => origins.copyBelow(path, child.origins),
    note({ from, path, to }) {
      origins.set(to, () => (from === 'child' ? child.origins.get(path) : parent.origins.noted(path)));
    },
  });
  return { config: merge.structs(shape, { parent: parent.config, child: child.config }), origins };
}

/** Also copies, so that the configs that were given stay as they are. */
function withoutNulls(value: unknown): Value {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value as Value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== null && inner !== undefined);
  return Object.fromEntries(entries.map(([name, inner]) => [name, withoutNulls(inner)]));
}

function versionOf(config: unknown): string {
  const version = (config as { ignition?: { version?: unknown } } | null)?.ignition?.version;
  return typeof version === 'string' ? version : '3.0.0';
}

function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
