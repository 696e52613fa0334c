import {
  type Field,
  type FieldOptions,
  field,
  type ListShape,
  list,
  plainText,
  type Shape,
  type StructShape,
  strings,
  struct,
} from './shape.ts';

/**
 * Versions of the specification that all variants share: 1 to 7 became Ignition 3.0 to 3.6, 8 is the
 * experimental one.
 */
export type BaseVersion = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** A field, and since and until when it is there. */
export type Row = [yaml: string, shape: Shape, options?: RowOptions];

export interface RowOptions extends FieldOptions {
  since?: BaseVersion;
  until?: BaseVersion;
}

/** Builds the shapes of one version from rows for all of them. */
export class Versioned {
  readonly version: BaseVersion;
  readonly #package: string;

  constructor(version: BaseVersion) {
    this.version = version;
    this.#package = version === 8 ? 'v0_8_exp' : `v0_${version}`;
  }

  fields(rows: readonly Row[]): Field[] {
    return rows
      .filter(([, , row]) => this.version >= (row?.since ?? 1) && this.version <= (row?.until ?? 8))
      .map(([yaml, shape, row]) => field(yaml, shape, row));
  }

  /** `before` names the fields that Ignition puts elsewhere than Butane, each with the one it goes before. */
  struct(
    name: string,
    rows: readonly Row[],
    options: { before?: Readonly<Record<string, string>> } = {},
  ): StructShape {
    return struct(this.type(name), this.fields(rows), options);
  }

  /** A list of texts whose items have a type of their own, as messages show. */
  named(name: string): ListShape {
    return list({ ...plainText, type: this.type(name) });
  }

  /** Command line options: named until base 4, plain strings since. */
  options(name: string): ListShape {
    return this.version <= 4 ? this.named(name) : strings;
  }

  type(name: string): string {
    return `${this.#package}.${name}`;
  }
}
