import { isKeyed, itemKey, keyGroup } from './check/duplicates.ts';
import type { Path } from './report.ts';
import type { Field, StructShape } from './schema/shape.ts';
import type { Struct, Value } from './schema/value.ts';

type Side = 'parent' | 'child';

/** Where a part of the result comes from. */
export interface MergeNote {
  from: Side;
  path: Path;
  to: Path;
}

/** What somebody who wants to know where the result comes from is told. */
export interface MergeListener {
  /** A part that is not empty. Of a part that both contribute to, the child is told of last. */
  note(note: MergeNote): void;
  /** What is the child's alone and stays at its place, with all that is in it. */
  keep(path: Path): void;
}

/** The two configs at one place, which is the root to begin with. */
interface Pair {
  parent: Struct;
  child: Struct;
  at?: Places;
}

interface Places {
  parent: Path;
  child: Path;
  to: Path;
  /** The result's place is not the child's, because a list before it grew. */
  moved: boolean;
}

const ROOT: Places = { parent: [], child: [], to: [], moved: false };

/** Merges two configs of one shape: the child's fields win, keyed lists are united. */
export class StructMerge {
  readonly #listener: MergeListener | undefined;

  constructor(listener?: MergeListener) {
    this.#listener = listener;
  }

  structs(shape: StructShape, { parent, child, at = ROOT }: Pair): Struct {
    const result: Struct = {};
    const keys = childKeys(shape, child);
    for (const field of shape.ignition) {
      const value = this.#field(field, {
        mine: parent[field.name],
        theirs: child[field.name],
        places: below(at, field.name),
        keys: isKeyed(shape, field) ? (keys.get(keyGroup(shape, field)) ?? new Map()) : undefined,
      });
      if (value !== undefined) result[field.name] = value;
    }
    return result;
  }

  #field(field: Field, both: Both): Value | undefined {
    const { mine, theirs, places } = both;
    if (field.shape.kind === 'list') return this.#list(field, both);
    if (field.shape.kind === 'struct') {
      if (isAbsent(field, theirs)) return this.#take('parent', field, both);
      if (isAbsent(field, mine)) return this.#take('child', field, both);
      const merged = this.structs(field.shape, {
        parent: mine as Struct,
        child: theirs as Struct,
        at: places,
      });
      this.#noteBoth(places);
      return merged;
    }
    const inherits = field.shape.optional && theirs === undefined;
    return this.#take(inherits ? 'parent' : 'child', field, both);
  }

  #take(from: Side, field: Field, { mine, theirs, places }: Both): Value | undefined {
    const value = from === 'parent' ? mine : theirs;
    if (value !== undefined) this.#noteAll({ from, places, index: undefined }, field, value);
    return value;
  }

  #list(field: Field, { mine, theirs, places, keys }: Both): Value[] | undefined {
    const [own, others] = [(mine ?? []) as Value[], (theirs ?? []) as Value[]];
    if (own.length + others.length === 0) return undefined;
    if (own.length === 0 && !places.moved) {
      this.#listener?.keep(places.child);
      return others;
    }
    const result: Value[] = [];
    const add = (from: Side, value: Value, index: number) => {
      this.#noteAll({ from, places, index, result: result.length }, field, value);
      result.push(value);
    };
    const taken = new Set(keys ? own.map((item) => itemKey(field, item)) : []);
    for (const [i, item] of own.entries()) {
      const match = keys?.get(itemKey(field, item));
      if (!match) add('parent', item, i);
      // In another of the child's lists it stands there instead of here.
      else if (match.list === field.name) this.#item(field, { item, i, others, match, places, result, add });
    }
    for (const [i, item] of others.entries()) {
      if (!keys || !taken.has(itemKey(field, item))) add('child', item, i);
    }
    if (own.length > 0) this.#note('parent', places);
    if (others.length > 0) this.#note('child', places);
    return result;
  }

  /** Merges an item of the parent's with the child's of the same key. */
  #item(field: Field, { item, i, others, match, places, result, add }: ItemMatch): void {
    const other = others[match.index]!;
    // A header without a value takes the parent's away.
    if (field.name === 'httpHeaders' && (other as Struct).value === undefined) return;
    const shape = field.shape.kind === 'list' ? field.shape.item : field.shape;
    if (shape.kind !== 'struct') {
      add('child', other, match.index);
      return;
    }
    const at: Places = {
      parent: [...places.parent, i],
      child: [...places.child, match.index],
      to: [...places.to, result.length],
      moved: places.moved || match.index !== result.length,
    };
    result.push(this.structs(shape, { parent: item as Struct, child: other as Struct, at }));
    this.#noteBoth(at);
  }

  #noteBoth(places: Places): void {
    this.#note('parent', places);
    this.#note('child', places);
  }

  #note(from: Side, places: Places): void {
    this.#listener?.note({ from, path: places[from], to: places.to });
  }

  /** Notes a value that is taken over whole. */
  #noteAll({ from, places, index, result }: Taken, field: Field, value: Value): void {
    if (!this.#listener) return;
    const path = index === undefined ? places[from] : [...places[from], index];
    const to = result === undefined ? places.to : [...places.to, result];
    if (from === 'child' && !places.moved && index === result) this.#listener.keep(path);
    else noteDeep(this.#listener, { from, path, to }, { field, value });
  }
}

interface Both {
  mine: Value | undefined;
  theirs: Value | undefined;
  places: Places;
  /** Where the child has which key; absent for lists that are added up. */
  keys: KeyPlaces | undefined;
}

interface Taken {
  from: Side;
  places: Places;
  /** Of a list's item: its place in the list it comes from, and in the result. */
  index: number | undefined;
  result?: number;
}

interface ItemMatch {
  item: Value;
  i: number;
  others: readonly Value[];
  match: { index: number };
  places: Places;
  result: Value[];
  add: (from: Side, value: Value, index: number) => void;
}

type KeyPlaces = ReadonlyMap<string, { list: string; index: number }>;

function below(at: Places, name: string): Places {
  return {
    parent: [...at.parent, name],
    child: [...at.child, name],
    to: [...at.to, name],
    moved: at.moved,
  };
}

/** Group of lists → key → the list and place where the child has it. */
function childKeys(shape: StructShape, child: Struct): ReadonlyMap<string, KeyPlaces> {
  const groups = new Map<string, Map<string, { list: string; index: number }>>();
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

/** Notes a value and all that is in it and not empty; true if there was anything. */
function noteDeep(
  listener: MergeListener,
  note: MergeNote,
  { field, value }: { field: Field; value: Value },
): boolean {
  const deeper = (part: string | number, inner: { field: Field; value: Value }) =>
    noteDeep(listener, { ...note, path: [...note.path, part], to: [...note.to, part] }, inner);
  let found = false;
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) found = deeper(i, { field, value: item }) || found;
  } else if (typeof value === 'object') {
    const shape = field.shape.kind === 'list' ? field.shape.item : field.shape;
    for (const inner of (shape as StructShape).ignition) {
      const innerValue = value[inner.name];
      if (innerValue !== undefined) found = deeper(inner.name, { field: inner, value: innerValue }) || found;
    }
  } else {
    const optional = field.shape.kind !== 'list' && field.shape.kind !== 'struct' && field.shape.optional;
    found = optional || (value !== '' && value !== 0 && value !== false);
  }
  if (found) listener.note(note);
  return found;
}

function isAbsent(field: Field, value: Value | undefined): boolean {
  return value === undefined || (!field.optional && isZero(field.shape as StructShape, value as Struct));
}

function isZero(shape: StructShape, value: Struct): boolean {
  return shape.ignition.every((field) => {
    const inner = value[field.name];
    if (inner === undefined) return true;
    if (field.shape.kind === 'list') return false;
    if (field.shape.kind === 'struct') return isAbsent(field, inner);
    return !field.shape.optional && (inner === '' || inner === 0 || inner === false);
  });
}
