import { join } from 'node:path';
import { CONTENT_FOLDERS, type FileContent, pathOf } from '../state/storages.ts';
import type { World } from '../world.ts';

export interface ContentFile {
  readonly content: FileContent;
  readonly name: string;
  /** Where it really lies. */
  readonly path: string;
  /** Where the node sees it. */
  readonly shown: string;
}

/**
 * The file behind a volume id such as `local:snippets/u.yaml`, whether it is there or not; undefined when the id
 * is not that of a file. A name never leads out of its folder.
 */
export function contentFile(world: World, node: string, volid: string): ContentFile | undefined {
  const match = /^([^:]+):(iso|vztmpl|import|snippets|backup)\/([^/]+)$/.exec(volid);
  if (!match) return undefined;
  const [, storageId = '', kind = '', name = ''] = match;
  if (name === '.' || name === '..') return undefined;
  const content = kind as FileContent;
  const storage = world.storages.get(storageId);
  const folder = world.storages.folder(storage, node, content);
  if (folder === undefined) return undefined;
  const shown = `${pathOf(storage)}/${CONTENT_FOLDERS[content].folder}/${name}`;
  return { content, name, path: join(folder, name), shown };
}
