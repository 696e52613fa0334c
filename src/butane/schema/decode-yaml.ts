import { textFromBytes } from '../byte-text.ts';
import { quote } from '../go/quote.ts';
import { YamlError } from '../yaml/error.ts';
import { effectiveTag, type YamlNode } from '../yaml/node.ts';
import { truncate } from '../yaml/numbers.ts';
import { resolveScalar } from '../yaml/resolve.ts';
import type { LeafShape, ListShape, Shape, StructShape } from './shape.ts';
import type { Struct, Value } from './value.ts';

/**
 * Reads a document into a struct. What does not fit is collected and thrown as one YamlError whose text is
 * yaml.v3's; keys without a field are passed over.
 */
export function decodeYaml(root: YamlNode, shape: StructShape): Struct {
  const decoder = new Decoder();
  const result: Struct = {};
  decoder.into(root, shape, result);
  if (decoder.problems.length > 0) {
    throw new YamlError(`unmarshal errors:\n  ${decoder.problems.join('\n  ')}`);
  }
  return result;
}

/** Absent: nothing to store (a null, or a problem already noted). */
type Decoded = Value | undefined;

// More than this nobody reads; yaml.v3 has no bound and grows with the square of repeated keys.
const MOST_PROBLEMS = 1000;

class Decoder {
  readonly problems: string[] = [];
  readonly #open = new Set<YamlNode>();
  /** Keys that win over merged ones; undefined outside a merge. */
  #taken: Set<string> | undefined;
  #steps = 0;
  #aliasSteps = 0;
  #aliasDepth = 0;

  /** Reads a map into a struct that may already have fields (from a merge key). */
  into(node: YamlNode, shape: StructShape, target: Struct): void {
    this.#count();
    if (node.target) {
      this.#throughAlias(node, (inner) => this.into(inner, shape, target));
      return;
    }
    if (node.kind === 'map') this.#struct(node, shape, target);
    else this.#mismatch(node, shape);
  }

  #value(node: YamlNode, shape: Shape): Decoded {
    this.#count();
    if (node.target) return this.#throughAlias(node, (inner) => this.#value(inner, shape));
    if (node.kind === 'scalar')
      return shape.kind === 'list' || shape.kind === 'struct'
        ? this.#noScalar(node, shape)
        : this.#scalar(node, shape);
    if (node.kind === 'list')
      return shape.kind === 'list' ? this.#list(node, shape) : this.#mismatch(node, shape);
    if (shape.kind === 'struct') {
      const target: Struct = {};
      return this.#struct(node, shape, target) ? target : undefined;
    }
    if (this.#repeatsKeys(node)) return undefined;
    return this.#mismatch(node, shape);
  }

  #throughAlias<T>(node: YamlNode, read: (inner: YamlNode) => T): T {
    if (this.#open.has(node)) throw new YamlError(`anchor '${node.value}' value contains itself`);
    this.#open.add(node);
    this.#aliasDepth++;
    const result = read(node.target!);
    this.#aliasDepth--;
    this.#open.delete(node);
    return result;
  }

  #list(node: YamlNode, shape: ListShape): Value[] {
    const items: Value[] = [];
    for (const item of node.items) {
      const value = this.#value(item, shape.item);
      if (value !== undefined) items.push(value);
    }
    return items;
  }

  #struct(node: YamlNode, shape: StructShape, target: Struct): boolean {
    if (this.#repeatsKeys(node)) return false;
    const outer = this.#taken;
    this.#taken = undefined;
    let merged: YamlNode | undefined;
    const done = new Set<string>();
    for (let i = 0; i < node.items.length; i += 2) {
      const keyNode = node.items[i]!;
      const valueNode = node.items[i + 1]!;
      if (isMergeKey(keyNode)) {
        merged = valueNode;
        continue;
      }
      const key = this.#value(keyNode, KEY) as string | undefined;
      if (key === undefined) continue;
      if (outer?.has(key)) continue;
      outer?.add(key);
      const field = shape.byYaml.get(key);
      if (!field) continue;
      if (done.has(key)) {
        this.#problem(`line ${keyNode.line}: field ${key} already set in type ${shape.type}`);
        continue;
      }
      done.add(key);
      const value = this.#value(valueNode, field.shape);
      if (value !== undefined) target[field.name] = value;
    }
    this.#taken = outer;
    if (merged) this.#merge(node, merged, shape, target);
    return true;
  }

  #merge(parent: YamlNode, merged: YamlNode, shape: StructShape, target: Struct): void {
    const outer = this.#taken;
    if (outer === undefined) {
      this.#taken = new Set();
      for (let i = 0; i < parent.items.length; i += 2) {
        this.#count();
        const key = parent.items[i]!;
        const scalar = key.target ?? key;
        if (scalar.kind === 'scalar' && effectiveTag(key) === '!!str') this.#taken.add(scalar.value);
      }
    }
    const sources = merged.kind === 'list' ? merged.items : [merged];
    for (const source of sources) {
      if ((source.target ?? source).kind !== 'map') {
        throw new YamlError('map merge requires map or sequence of maps as the value');
      }
      this.into(source, shape, target);
    }
    this.#taken = outer;
  }

  #repeatsKeys(node: YamlNode): boolean {
    if (!mayRepeatKeys(node.items)) return false;
    const keys = node.items.filter((_, i) => i % 2 === 0);
    const nameOf = (key: YamlNode) => `${key.kind} ${key.value}`;
    if (new Set(keys.map(nameOf)).size === keys.length) return false;
    const groups = Map.groupBy(keys, nameOf);
    for (const key of keys) {
      if (this.problems.length === MOST_PROBLEMS) break;
      const later = groups.get(nameOf(key))!;
      later.shift();
      for (let i = 0; i < later.length && this.problems.length < MOST_PROBLEMS; i++) {
        const again = later[i]!;
        this.#problem(
          `line ${again.line}: mapping key ${quote(again.value)} already defined at line ${key.line}`,
        );
      }
    }
    return true;
  }

  #noScalar(node: YamlNode, shape: ListShape | StructShape): undefined {
    const { tag, value } = resolveScalar(node.tag, node.value);
    if (value !== null) this.#mismatch(node, shape, tag);
  }

  #scalar(node: YamlNode, shape: LeafShape): Decoded {
    if (node.tag === '!!binary') {
      const decoded = decodeBase64(node.value);
      return shape.kind === 'string' ? decoded : this.#mismatch(node, shape);
    }
    const { tag, value, float } = resolveScalar(node.tag, node.value);
    if (value === null) return undefined;
    if (shape.kind === 'string') return node.value;
    if (shape.kind === 'bool') {
      if (typeof value === 'boolean') return value;
      if (value === undefined && tag !== '!!timestamp' && TRUE.has(node.value)) return true;
      if (value === undefined && tag !== '!!timestamp' && FALSE.has(node.value)) return false;
    } else if (float) {
      if ((value as number) <= 2 ** 63) return truncate(value as number);
    } else if (typeof value === 'number') {
      return value;
    } else if (typeof value === 'bigint' && value <= MAX_INT) {
      return value;
    }
    return this.#mismatch(node, shape, tag);
  }

  #mismatch(node: YamlNode, shape: Shape, tag = node.tag): undefined {
    const shown = node.tag || tag;
    let value = '';
    if (shown !== '!!seq' && shown !== '!!map') {
      const bytes = new TextEncoder().encode(node.value);
      value = bytes.length > 10 ? ` \`${textFromBytes(bytes.subarray(0, 7))}...\`` : ` \`${node.value}\``;
    }
    this.#problem(`line ${node.line}: cannot unmarshal ${shown}${value} into ${shape.type}`);
  }

  #problem(text: string): void {
    if (this.problems.length < MOST_PROBLEMS) this.problems.push(text);
  }

  /** yaml.v3's guard against a few lines that expand into millions. */
  #count(): void {
    this.#steps++;
    if (this.#aliasDepth > 0) this.#aliasSteps++;
    if (this.#aliasSteps <= 100 || this.#steps <= 1000) return;
    const low = 400_000;
    const high = 4_000_000;
    const share =
      this.#steps <= low
        ? 0.99
        : this.#steps >= high
          ? 0.1
          : 0.99 - 0.89 * ((this.#steps - low) / (high - low));
    if (this.#aliasSteps / this.#steps > share) throw new YamlError('document contains excessive aliasing');
  }
}

const KEY: LeafShape = { kind: 'string', type: 'string', optional: false };
const MAX_INT = 2n ** 63n - 1n;
const TRUE = new Set(['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON']);
const FALSE = new Set(['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF']);

// Comparing a few keys with each other is cheaper than a set of them.
const FEW_KEYS = 16;

function mayRepeatKeys(items: readonly YamlNode[]): boolean {
  if (items.length > 2 * FEW_KEYS) return true;
  for (let i = 0; i < items.length; i += 2) {
    for (let j = i + 2; j < items.length; j += 2) if (items[i]!.value === items[j]!.value) return true;
  }
  return false;
}

function isMergeKey(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === '<<' && node.tag === '!!merge';
}

function decodeBase64(text: string): string {
  const clean = text.replace(/[\r\n]/g, '');
  if (clean.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(clean)) {
    throw new YamlError('!!binary value contains invalid base64 data');
  }
  return textFromBytes(Uint8Array.from(atob(clean), (char) => char.charCodeAt(0)));
}
