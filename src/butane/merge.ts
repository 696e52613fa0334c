import { isKeyed, itemKey, keyGroup } from './check/duplicates.ts';
import { Origins } from './origins.ts';
import type { Path } from './report.ts';
import { plainIgnition } from './schema/encode.ts';
import type { Field, StructShape } from './schema/shape.ts';
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
  const merged = mergeStructs(shape, withoutNulls(parent) as Struct, withoutNulls(child) as Struct, {});
  (merged.ignition as Struct).version = newest;
  return plainIgnition(shape, merged);
}

/**
 * Merges what sugar stands for (the parent) with the user's own config (the child) and tells where the
 * result's parts come from. The parent's origins are complete, the child's are the exceptions.
 */
export function mergeGenerated(
  shape: StructShape,
  parent: { config: Struct; origins: Origins },
  child: { config: Struct; origins: Origins },
): { config: Struct; origins: Origins } {
  const origins = new Origins();
  const config = mergeStructs(shape, parent.config, child.config, {
    keep: (path) => origins.copyBelow(path, child.origins),
    note({ from, path, to }) {
      // Where both contribute, the child is told of last and counts.
      origins.set(to, () => (from === 'child' ? child.origins.get(path) : parent.origins.noted(path)));
    },
  });
  return { config, origins };
}

interface Note {
  from: 'parent' | 'child';
  path: Path;
  to: Path;
  moved: boolean;
}

interface MergeOptions {
  /** Told which side each part of the result comes from. */
  note?: (note: Note) => void;
  /** Told of what is the child's alone and stays at its place, instead of all that is in it. */
  keep?: (path: Path) => void;
}

interface Places {
  parent: Path;
  child: Path;
  to: Path;
  /** The result's place is not the child's, because a list before it grew. */
  moved: boolean;
}

const ROOT: Places = { parent: [], child: [], to: [], moved: false };

function mergeStructs(
  shape: StructShape,
  parent: Struct,
  child: Struct,
  options: MergeOptions,
  at: Places = ROOT,
): Struct {
  const result: Struct = {};
  const groups = childKeys(shape, child);
  for (const field of shape.ignition) {
    const mine = parent[field.name];
    const theirs = child[field.name];
    const places = {
      parent: [...at.parent, field.name],
      child: [...at.child, field.name],
      to: [...at.to, field.name],
      moved: at.moved,
    };
    const take = (from: 'parent' | 'child', value: Value | undefined) => {
      if (value === undefined) return;
      result[field.name] = value;
      noteAll(options, { from, path: places[from], to: places.to, moved: at.moved }, field, value);
    };
    if (field.shape.kind === 'list') {
      const items = mergeLists(
        shape,
        field,
        { mine: mine as Value[], theirs: theirs as Value[] },
        {
          groups,
          options,
          places,
        },
      );
      if (items) result[field.name] = items;
    } else if (field.shape.kind === 'struct') {
      const absent = (value: Value | undefined) =>
        value === undefined || (!field.optional && isZero(field.shape as StructShape, value as Struct));
      if (absent(theirs)) take('parent', mine);
      else if (absent(mine)) take('child', theirs);
      else {
        result[field.name] = mergeStructs(field.shape, mine as Struct, theirs as Struct, options, places);
        noteBoth(options, places);
      }
    } else if (field.shape.optional) {
      take(theirs === undefined ? 'parent' : 'child', theirs ?? mine);
    } else {
      take('child', theirs);
    }
  }
  return result;
}

/** group → key → the list and place where the child has it. */
type ChildKeys = Map<string, Map<string, { list: string; index: number }>>;

function childKeys(shape: StructShape, child: Struct): ChildKeys {
  const groups: ChildKeys = new Map();
  for (const field of shape.ignition) {
    const items = child[field.name];
    if (field.shape.kind !== 'list' || items === undefined || !isKeyed(shape, field)) continue;
    const group = keyGroup(shape, field);
    const keys = groups.get(group) ?? new Map();
    groups.set(group, keys);
    for (const [index, item] of (items as Value[]).entries()) {
      keys.set(itemKey(field, item), { list: field.name, index });
    }
  }
  return groups;
}

function mergeLists(
  shape: StructShape,
  field: Field,
  { mine = [], theirs = [] }: { mine: Value[] | undefined; theirs: Value[] | undefined },
  { groups, options, places }: { groups: ChildKeys; options: MergeOptions; places: Places },
): Value[] | undefined {
  if (mine.length + theirs.length === 0) return undefined;
  if (mine.length === 0 && !places.moved) {
    options.keep?.(places.child);
    return theirs;
  }
  const result: Value[] = [];
  const contributed = new Set<'parent' | 'child'>();
  const add = (from: 'parent' | 'child', value: Value, index: number) => {
    const to = [...places.to, result.length];
    const moved = places.moved || index !== result.length;
    noteAll(options, { from, path: [...places[from], index], to, moved }, field, value);
    contributed.add(from);
    result.push(value);
  };
  if (!isKeyed(shape, field)) {
    for (const [i, item] of mine.entries()) add('parent', item, i);
    for (const [i, item] of theirs.entries()) add('child', item, i);
  } else {
    const keys = groups.get(keyGroup(shape, field));
    const taken = new Set(mine.map((item) => itemKey(field, item)));
    for (const [i, item] of mine.entries()) {
      const match = keys?.get(itemKey(field, item));
      if (!match) {
        add('parent', item, i);
      } else if (match.list === field.name) {
        contributed.add('parent').add('child');
        const other = theirs[match.index]!;
        if (field.name === 'httpHeaders' && (other as Struct).value === undefined) continue;
        const itemShape = field.shape.kind === 'list' ? field.shape.item : undefined;
        if (itemShape?.kind !== 'struct') {
          add('child', other, match.index);
          continue;
        }
        const at = {
          parent: [...places.parent, i],
          child: [...places.child, match.index],
          to: [...places.to, result.length],
          moved: places.moved || match.index !== result.length,
        };
        result.push(mergeStructs(itemShape, item as Struct, other as Struct, options, at));
        noteBoth(options, at);
      }
      // In another of the child's lists: it stands there instead.
    }
    for (const [i, item] of theirs.entries()) if (!taken.has(itemKey(field, item))) add('child', item, i);
  }
  for (const from of contributed) {
    options.note?.({ from, path: places[from], to: places.to, moved: places.moved });
  }
  return result;
}

function noteBoth(options: MergeOptions, at: Places): void {
  options.note?.({ from: 'parent', path: at.parent, to: at.to, moved: at.moved });
  options.note?.({ from: 'child', path: at.child, to: at.to, moved: at.moved });
}

/** Notes a value that is taken over whole, with all that is in it and not empty. True if there was anything. */
function noteAll(options: MergeOptions, note: Note, field: Field, value: Value): boolean {
  if (!options.note) return false;
  if (note.from === 'child' && !note.moved) {
    options.keep?.(note.path);
    return true;
  }
  let found: boolean;
  if (Array.isArray(value)) {
    const deeper = (i: number) => ({ ...note, path: [...note.path, i], to: [...note.to, i] });
    found = value.map((item, i) => noteAll(options, deeper(i), field, item)).includes(true);
  } else if (typeof value === 'object') {
    const shape = field.shape.kind === 'list' ? field.shape.item : field.shape;
    found = false;
    for (const inner of (shape as StructShape).ignition) {
      const innerValue = value[inner.name];
      if (innerValue === undefined) continue;
      const deeper = { ...note, path: [...note.path, inner.name], to: [...note.to, inner.name] };
      found = noteAll(options, deeper, inner, innerValue) || found;
    }
  } else {
    const optional = field.shape.kind !== 'list' && field.shape.kind !== 'struct' && field.shape.optional;
    found = optional || (value !== '' && value !== 0 && value !== false);
  }
  if (found) options.note(note);
  return found;
}

function isZero(shape: StructShape, value: Struct): boolean {
  return shape.ignition.every((field) => {
    const inner = value[field.name];
    if (inner === undefined) return true;
    if (field.shape.kind === 'list') return false;
    if (field.shape.kind === 'struct') return !field.optional && isZero(field.shape, inner as Struct);
    return !field.shape.optional && (inner === '' || inner === 0 || inner === false);
  });
}

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
