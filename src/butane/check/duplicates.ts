import type { Findings, Path } from '../report.ts';
import type { Field, StructShape } from '../schema/shape.ts';
import { numberOf, type Struct, textOf, textOrEmpty, type Value } from '../schema/value.ts';
import { SENTENCES } from '../sentences.ts';

interface Searched {
  shape: StructShape;
  struct: Struct;
  path?: Path;
}

/** Reports list items whose key another item of the list (or of a list that shares its keys) has. */
export function findDuplicates({ shape, struct, path = [] }: Searched, findings: Findings): void {
  const seen = new Map<string, Set<string>>();
  for (const field of shape.ignition) {
    const value = struct[field.name];
    if (value === undefined || field.shape.kind !== 'list' || !isKeyed(shape, field)) continue;
    const group = keyGroup(shape, field);
    const keys = seen.get(group) ?? new Set();
    seen.set(group, keys);
    for (const [i, item] of (value as Value[]).entries()) {
      const key = itemKey(field, item);
      if (keys.has(key)) findings.error([...path, field.name, i], SENTENCES.duplicate);
      keys.add(key);
    }
  }
  for (const field of shape.ignition) {
    const value = struct[field.name];
    if (value === undefined) continue;
    if (field.shape.kind === 'struct') {
      findDuplicates({ shape: field.shape, struct: value as Struct, path: [...path, field.name] }, findings);
    } else if (field.shape.kind === 'list' && field.shape.item.kind === 'struct') {
      const item = field.shape.item;
      for (const [i, each] of (value as Struct[]).entries()) {
        findDuplicates({ shape: item, struct: each, path: [...path, field.name, i] }, findings);
      }
    }
  }
}

/** Lists in which order and repetition matter: appended contents and command line options. */
export function isKeyed(shape: StructShape, field: Field): boolean {
  return !UNKEYED.has(`${shape.name}.${field.name}`);
}

const UNKEYED = new Set([
  'File.append',
  'Filesystem.mountOptions',
  'Filesystem.options',
  'Luks.options',
  'Raid.options',
]);

/** Lists of one struct with the same group must not share a key. */
export function keyGroup(shape: StructShape, field: Field): string {
  if (shape.name === 'KernelArguments') return 'argument';
  if (shape.name === 'Storage' && NODES.has(field.name)) return 'node';
  return field.name;
}

const NODES = new Set(['directories', 'files', 'links']);

/** What tells an item of a list from the others. */
export function itemKey(field: Field, item: Value): string {
  if (field.shape.kind !== 'list' || field.shape.item.kind !== 'struct') return String(item);
  const struct = item as Struct;
  const type = field.shape.item.name;
  if (type === 'Partition') {
    const number = numberOf(struct, 'number') ?? 0;
    if (number !== 0) return `number:${number}`;
    const label = textOf(struct, 'label');
    return label === undefined ? '' : `label:${label}`;
  }
  return textOrEmpty(struct, KEYS[type] ?? 'name');
}

const KEYS: Record<string, string> = {
  Directory: 'path',
  File: 'path',
  Link: 'path',
  Disk: 'device',
  Filesystem: 'device',
  Tang: 'url',
  Resource: 'source',
  ConfigReference: 'source',
  CaReference: 'source',
  FileContents: 'source',
};
