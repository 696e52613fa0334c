import type { z } from 'zod';
import { Secret } from '../plan/secret.ts';
import { AnswerSecret, isReference, SECRET_WANTS } from './secret-text.ts';
import type { Path, Remark } from './sentences.ts';
import { isMapping, shapeOf } from './shape.ts';

export interface SecretReaders {
  env: Readonly<Record<string, string | undefined>>;
  /** Contents of a file named in an answer; throws where it cannot be read. */
  readFile(name: string): string;
}

/** More than any key or password, little enough to be read at once. */
const LONGEST = 64 * 1024;

/**
 * Replaces every reference to a secret by an {@link AnswerSecret}; `<key>_file` siblings go away. What
 * cannot be read becomes a remark with its path, and an empty secret that keeps the place.
 */
export function resolveSecrets(
  schema: z.core.$ZodType,
  value: unknown,
  readers: SecretReaders,
): { value: unknown; remarks: Remark[] } {
  const remarks: Remark[] = [];
  return { value: resolve(schema, value, { readers, remarks, path: [] }), remarks };
}

interface Walk {
  readers: SecretReaders;
  remarks: Remark[];
  path: Path;
}

function resolve(schema: z.core.$ZodType, value: unknown, walk: Walk): unknown {
  const { form } = shapeOf(schema);
  const below = (key: string | number): Walk => ({ ...walk, path: [...walk.path, key] });
  switch (form.kind) {
    case 'secret':
      return resolveSecret(value, walk);
    case 'list':
      return Array.isArray(value) ? value.map((item, at) => resolve(form.item, item, below(at))) : value;
    case 'record':
      return isMapping(value)
        ? mapValues(value, (entry, key) => resolve(form.value, entry, below(key)))
        : value;
    case 'object':
      return isMapping(value) ? resolveFields(form.fields, value, walk) : value;
    case 'union':
      return form.options.reduce<unknown>((result, option) => resolve(option, result, walk), value);
    default:
      return value;
  }
}

function resolveFields(
  fields: ReadonlyMap<string, z.core.$ZodType>,
  value: Record<string, unknown>,
  walk: Walk,
): Record<string, unknown> {
  const result = mapValues(value, (entry, key) => {
    const field = fields.get(key);
    return field ? resolve(field, entry, { ...walk, path: [...walk.path, key] }) : entry;
  });
  for (const [key, field] of fields) {
    const sibling = `${key}_file`;
    if (fields.has(sibling) || !Object.hasOwn(result, sibling) || shapeOf(field).form.kind !== 'secret')
      continue;
    const path = [...walk.path, sibling];
    const file = result[sibling];
    delete result[sibling];
    if (Object.hasOwn(value, key)) {
      walk.remarks.push({ path, at: 'key', message: `stands beside ${key}; one of the two has to go` });
    } else if (typeof file === 'string' && file !== '') {
      result[key] = fromFile(file, { ...walk, path });
    } else {
      walk.remarks.push({ path, message: 'wants the name of a file that holds the secret' });
      result[key] = new AnswerSecret('', { file: '' });
    }
  }
  return result;
}

function resolveSecret(value: unknown, walk: Walk): unknown {
  if (value instanceof Secret || value === undefined) return value;
  if (isReference(value)) return 'env' in value ? fromEnv(value.env, walk) : fromFile(value.file, walk);
  if (typeof value !== 'string' || value === '') return value;
  const key = String(walk.path.at(-1) ?? 'secret');
  walk.remarks.push({
    path: walk.path,
    severity: 'warning',
    message: `stands here for everybody who can read this file; better ${SECRET_WANTS}, or ${key}_file: PATH`,
  });
  return new AnswerSecret(value, { inline: true });
}

function fromEnv(name: string, walk: Walk): AnswerSecret {
  const value = walk.readers.env[name];
  if (!value) {
    const state = value === undefined ? 'is not set' : 'is empty';
    walk.remarks.push({ path: walk.path, message: `the environment variable ${name} ${state}` });
  }
  return new AnswerSecret(value ?? '', { env: name });
}

/** One line end at the end of the file is the editor's, not the secret's. */
function fromFile(name: string, walk: Walk): AnswerSecret {
  const remark = (message: string) => {
    walk.remarks.push({ path: walk.path, message });
    return new AnswerSecret('', { file: name });
  };
  let text: string;
  try {
    text = walk.readers.readFile(name).replace(/\r?\n$/, '');
  } catch (error) {
    return remark(`the file ${name} cannot be read: ${reasonOf(error)}`);
  }
  if (text === '') return remark(`the file ${name} is empty`);
  if (text.length > LONGEST) return remark(`the file ${name} is too long for a secret (over 64 KiB)`);
  return new AnswerSecret(text, { file: name });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}

function mapValues(
  value: Record<string, unknown>,
  change: (entry: unknown, key: string) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, change(entry, key)]));
}
