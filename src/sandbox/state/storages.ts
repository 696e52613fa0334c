import { join } from 'node:path';
import { fail } from '../refusal.ts';
import type { ClusterFacts } from './nodes.ts';
import { type Section, SectionFile } from './section-config.ts';

/** Content type → folder below the storage's path, and what its file names must end in. */
export const CONTENT_FOLDERS = {
  iso: { folder: 'template/iso', name: /\.(iso|img)$/i },
  vztmpl: { folder: 'template/cache', name: /\.tar\.(gz|xz|zst|bz2)$/i },
  import: { folder: 'import', name: /\.(ova|qcow2|raw|vmdk)$/i },
  snippets: { folder: 'snippets', name: /./ },
  backup: { folder: 'dump', name: /\.(vma|tar|tgz)(\.(gz|lzo|zst|bz2))?$/i },
} as const;
export type FileContent = keyof typeof CONTENT_FOLDERS;

const FILE_BASED = ['dir', 'nfs', 'cifs', 'btrfs', 'cephfs'];
const ALWAYS_SHARED = ['nfs', 'cifs', 'cephfs', 'rbd', 'iscsi', 'pbs'];

/** The storages of storage.cfg, and where their files lie in the state folder. */
export class Storages {
  readonly file: SectionFile;
  readonly #stateDir: string;
  readonly #facts: ClusterFacts;

  constructor(stateDir: string, facts: ClusterFacts) {
    this.#stateDir = stateDir;
    this.#facts = facts;
    this.file = new SectionFile(join(stateDir, 'etc', 'pve', 'storage.cfg'));
  }

  all(): Section[] {
    return this.file.all();
  }

  get(id: string): Section {
    const storage = this.file.get(id);
    if (!storage) throw fail(`storage '${id}' does not exist`);
    return storage;
  }

  /** Also checks that the node may use it. */
  on(node: string, id: string): Section {
    const storage = this.get(id);
    if (storage.values.disable === '1') throw fail(`storage '${id}' is disabled`);
    if (!isOn(storage, node)) throw fail(`storage '${id}' is not available on node '${node}'`);
    return storage;
  }

  ofNode(node: string): Section[] {
    return this.all().filter((storage) => isOn(storage, node));
  }

  capacity(id: string): { total: number; used: number; reserved: number } {
    return this.#facts.capacity[id] ?? { total: 100 * 1024 ** 3, used: 0, reserved: 0 };
  }

  /** Where the files of a content type really lie, or undefined for storages without files. */
  folder(storage: Section, node: string, content: FileContent): string | undefined {
    const path = pathOf(storage);
    return path === undefined ? undefined : join(this.root(storage, node), CONTENT_FOLDERS[content].folder);
  }

  root(storage: Section, node: string): string {
    const path = pathOf(storage) ?? '/';
    return isShared(storage)
      ? join(this.#stateDir, 'shared', storage.id, 'files')
      : join(this.#stateDir, 'nodes', node, 'rootfs', path);
  }
}

export function contentOf(storage: Section): string[] {
  return (storage.values.content ?? 'images,rootdir')
    .split(',')
    .filter((type) => type !== '' && type !== 'none');
}

export function isFileBased(storage: Section): boolean {
  return FILE_BASED.includes(storage.type);
}

export function isShared(storage: Section): boolean {
  return ALWAYS_SHARED.includes(storage.type) || storage.values.shared === '1';
}

function isOn(storage: Section, node: string): boolean {
  const nodes = storage.values.nodes;
  return nodes === undefined || nodes.split(',').includes(node);
}

/** The path on the node, for storages that have one. */
export function pathOf(storage: Section): string | undefined {
  if (!isFileBased(storage)) return undefined;
  return storage.values.path ?? `/mnt/pve/${storage.id}`;
}
