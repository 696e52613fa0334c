import type { Path } from './report.ts';
import { type StructShape, snake } from './schema/shape.ts';
import type { Struct, Value } from './schema/value.ts';

/** A path in the Butane config, or how to find it out; undefined notes nothing. */
type Source = Path | (() => Path | undefined);

/**
 * Where the parts of an Ignition config come from in the Butane config, so that a problem in the result
 * points into the source. Only what differs from the source's own path is noted.
 */
export class Origins {
  readonly #notes: { to: Path; from: Source }[] = [];
  /** Made when somebody asks, which for a config without problems nobody does. */
  #index: Map<string, Path> | undefined;

  set(to: Path, from: Source): void {
    this.#notes.push({ to, from });
    this.#index = undefined;
  }

  /** Notes one source for a struct and everything that it has or could have. */
  setAll(to: Path, from: Path, { shape, value }: { shape: StructShape; value: Struct }): void {
    this.set(to, from);
    for (const path of allPaths(shape, value)) this.set([...to, ...path], from);
  }

  /** Takes over what other origins note at a path and below it. */
  copyBelow(path: Path, other: Origins): void {
    for (const { to, from } of other.#notes) {
      if (path.every((part, i) => to[i] === part)) this.set(to, from);
    }
  }

  /** Only what was noted. */
  noted(to: Path): Path | undefined {
    return this.#indexed().get(to.join('.'));
  }

  /** The noted source, or else the same path in Butane's spelling. */
  get(to: Path): Path {
    return this.noted(to) ?? to.map((part) => (typeof part === 'string' ? snake(part) : part));
  }

  #indexed(): Map<string, Path> {
    if (this.#index) return this.#index;
    const index = new Map<string, Path>();
    for (const { to, from } of this.#notes) {
      const source = typeof from === 'function' ? from() : from;
      if (source) index.set(to.join('.'), source);
    }
    this.#index = index;
    return index;
  }
}

function* allPaths(shape: StructShape, value: Struct | undefined): Iterable<Path> {
  for (const field of shape.ignition) {
    const inner = value?.[field.name];
    yield [field.name];
    if (field.shape.kind === 'struct') {
      if (field.optional && inner === undefined) continue;
      for (const path of allPaths(field.shape, inner as Struct | undefined)) yield [field.name, ...path];
    } else if (field.shape.kind === 'list') {
      for (const [i, item] of ((inner as Value[] | undefined) ?? []).entries()) {
        yield [field.name, i];
        if (field.shape.item.kind !== 'struct') continue;
        for (const path of allPaths(field.shape.item, item as Struct)) yield [field.name, i, ...path];
      }
    }
  }
}
