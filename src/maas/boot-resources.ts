import { TargetError } from '../errors.ts';
import { askMaas, type MaasAccess, type MaasEdges } from './client.ts';

/** An image that MAAS knows. */
export interface BootResource {
  id: number;
  /** Bare: some versions of MAAS list it as `custom/name`. */
  name: string;
  title: string;
  architecture: string;
  /** Its files, newest set first; empty where only the list was asked for. */
  files: readonly BootFile[];
}

export interface BootFile {
  sha256: string;
  size: number;
  complete: boolean;
  /** Path that the content is to be sent to; undefined when it is complete. */
  upload?: string;
}

/** The images that somebody uploaded, without their files. */
export async function listUploaded(access: MaasAccess, edges: MaasEdges): Promise<BootResource[]> {
  const rows = await askMaas('boot-resources/?type=uploaded', access, { edges });
  if (!Array.isArray(rows)) throw garbled(rows);
  return rows.map(resourceOf);
}

export async function readResource(id: number, access: MaasAccess, edges: MaasEdges): Promise<BootResource> {
  return resourceOf(await askMaas(`boot-resources/${id}/`, access, { edges }));
}

/** Reads what MAAS says of one image. `sets` is by version, `files` by name; names may be the same in all sets. */
export function resourceOf(value: unknown): BootResource {
  if (!isObject(value) || typeof value.id !== 'number' || typeof value.name !== 'string')
    throw garbled(value);
  const sets = isObject(value.sets) ? Object.entries(value.sets) : [];
  const files = sets
    .sort(([one], [other]) => (one < other ? 1 : -1))
    .flatMap(([, set]) => (isObject(set) && isObject(set.files) ? Object.values(set.files) : []))
    .filter(isObject);
  return {
    id: value.id,
    name: bareName(value.name),
    title: textOf(value.title),
    architecture: textOf(value.architecture),
    files: files.map((file) => ({
      sha256: textOf(file.sha256),
      size: Number(file.size ?? 0),
      complete: file.complete === true,
      ...(typeof file.upload_uri === 'string' ? { upload: file.upload_uri } : {}),
    })),
  };
}

/** MAAS 3.4 to 3.7 take `custom/` off a name, 3.8 does not and then cannot find it: names go without. */
export function bareName(name: string): string {
  return name.replace(/^custom\//, '');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function garbled(value: unknown): TargetError {
  return new TargetError('MAAS describes an image in a way that is not known', {
    why: JSON.stringify(value)?.slice(0, 200) ?? '',
    fix: 'MAAS 3.4 to 3.8 are known',
  });
}
