/**
 * What a config may look like. One description drives parsing, positions, unknown keys, checks, merging and
 * the output's order. Names are as in YAML; the Ignition name is the same in camel case.
 */
export type Shape = LeafShape | ListShape | StructShape;

export interface LeafShape {
  readonly kind: 'string' | 'int' | 'bool';
  /** The type's name in messages (the real tool shows Go's). */
  readonly type: string;
  /** May be absent, which is not the same as empty. */
  readonly optional: boolean;
}

export interface ListShape {
  readonly kind: 'list';
  readonly type: string;
  readonly item: LeafShape | StructShape;
}

export interface StructShape {
  readonly kind: 'struct';
  readonly name: string;
  readonly type: string;
  /** In the order in which the real tool walks them. */
  readonly fields: readonly Field[];
  readonly byYaml: ReadonlyMap<string, Field>;
  /** Those that exist in Ignition, in the order of its output. */
  readonly ignition: readonly Field[];
}

export interface Field {
  readonly yaml: string;
  /** Name in Ignition and in values. */
  readonly name: string;
  readonly shape: Shape;
  /** Only in Butane: translated away. */
  readonly sugar: boolean;
  /** Only in Ignition: `ignition.version`. */
  readonly generated: boolean;
  /** Written even when empty. */
  readonly always: boolean;
  /** A struct that may be absent, which is not the same as empty (Ignition before 3.3). */
  readonly optional: boolean;
  /** Go's struct that the field is embedded from, for messages about Ignition configs. */
  readonly embedded: string;
}

export interface FieldOptions {
  sugar?: boolean;
  generated?: boolean;
  always?: boolean;
  optional?: boolean;
  embedded?: string;
}

export function field(yaml: string, shape: Shape, options: FieldOptions = {}): Field {
  return {
    yaml,
    name: camel(yaml),
    shape,
    sugar: options.sugar ?? false,
    generated: options.generated ?? false,
    always: options.always ?? false,
    optional: options.optional ?? false,
    embedded: options.embedded ?? '',
  };
}

/** `ignitionOrder` names the fields that Ignition puts elsewhere than Butane: each goes before its partner. */
export function struct(
  type: string,
  fields: readonly Field[],
  options: { before?: Readonly<Record<string, string>> } = {},
): StructShape {
  const byYaml = new Map(fields.filter((f) => !f.generated).map((f) => [f.yaml, f]));
  const ignition = fields.filter((f) => !f.sugar);
  for (const [moved, partner] of Object.entries(options.before ?? {})) {
    const from = ignition.findIndex((f) => f.yaml === moved);
    const to = ignition.findIndex((f) => f.yaml === partner);
    if (from >= 0 && to >= 0) ignition.splice(to > from ? to - 1 : to, 0, ...ignition.splice(from, 1));
  }
  const own = fields.filter((f) => !f.generated);
  return { kind: 'struct', name: type.replace(/^.*\./, ''), type, fields: own, byYaml, ignition };
}

export function list(item: LeafShape | StructShape, type = `[]${item.type}`): ListShape {
  return { kind: 'list', type, item };
}

export const text: LeafShape = { kind: 'string', type: 'string', optional: true };
/** Text that is empty rather than absent. */
export const plainText: LeafShape = { kind: 'string', type: 'string', optional: false };
export const whole: LeafShape = { kind: 'int', type: 'int', optional: true };
/** A number that is 0 rather than absent. */
export const plainWhole: LeafShape = { kind: 'int', type: 'int', optional: false };
export const flag: LeafShape = { kind: 'bool', type: 'bool', optional: true };
export const plainFlag: LeafShape = { kind: 'bool', type: 'bool', optional: false };
export const strings: ListShape = list(plainText);

/** `size_mib` → `sizeMiB`, `home_dir` → `homeDir`. */
function camel(yaml: string): string {
  return yaml.replace(/_mib$/, 'MiB').replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** `sizeMiB` → `size_mib`; the real tool's way back for places that it did not note down. */
export function snake(name: string): string {
  return name.replace(/MiB|[A-Z]/g, '_$&').toLowerCase();
}

/** The struct at a path of YAML names; a list's is that of its items. */
export function shapeAt(root: StructShape, ...path: string[]): StructShape {
  let shape: StructShape = root;
  for (const name of path) {
    const inner = shape.byYaml.get(name)!.shape;
    shape = (inner.kind === 'list' ? inner.item : inner) as StructShape;
  }
  return shape;
}
