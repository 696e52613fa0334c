import type { Look } from '../look.ts';
import { isOn, numberAt, type Row, rowsOf, textAt } from '../understand.ts';

/** One storage as one node sees it. Sizes in bytes. */
export interface Storage {
  storage: string;
  type: string;
  content: readonly string[];
  active: boolean;
  enabled: boolean;
  shared: boolean;
  total: number;
  avail: number;
}

export function readStorages(look: Look): Promise<unknown> {
  return look.get('/nodes/{node}/storage');
}

/** Throws Garbled. */
export function storagesOf(value: unknown): Storage[] {
  return rowsOf(value, 'the list of storages').map((row) => ({
    storage: textAt(row, 'storage'),
    type: textAt(row, 'type'),
    content: textAt(row, 'content')
      .split(',')
      .filter((one) => one !== ''),
    active: isOn(row, 'active'),
    enabled: row.enabled === undefined || isOn(row, 'enabled'),
    shared: isOn(row, 'shared'),
    total: numberAt(row, 'total') ?? 0,
    avail: numberAt(row, 'avail') ?? 0,
  }));
}

/** The API lists only what its user may see; a node without any storage is none that anybody has. */
export const NO_STORAGE = 'this user sees no storage (Datastore.Audit)';

/** What a volume's storage keeps its snippets in: `GET /storage` → storage → folder. */
export function snippetFolders(value: unknown): Map<string, string> {
  return new Map(
    rowsOf(value, 'the storage configuration').flatMap((row) => {
      const folder = folderOf(row);
      return folder === undefined ? [] : [[textAt(row, 'storage'), `${folder}/snippets`] as const];
    }),
  );
}

/** Network storages lie below /mnt/pve unless they say otherwise. */
function folderOf(row: Row): string | undefined {
  const path = textAt(row, 'path');
  if (path !== '') return path.replace(/\/+$/, '');
  return ['nfs', 'cifs', 'cephfs'].includes(textAt(row, 'type'))
    ? `/mnt/pve/${textAt(row, 'storage')}`
    : undefined;
}

/** `local:snippets/hook.pl` → its file; undefined where the storage is no folder or not known. */
export function snippetFile(volume: string, folders: ReadonlyMap<string, string>): string | undefined {
  const [, storage = '', name = ''] = /^([^:]+):snippets\/(.+)$/.exec(volume) ?? [];
  const folder = folders.get(storage);
  return folder === undefined || name.split('/').includes('..') ? undefined : `${folder}/${name}`;
}
