import path from 'node:path/posix';
import { ApiError } from '../errors.ts';
import { apiPath } from '../pve/pve.ts';
import { unlessForbidden } from './cluster.ts';
import type { SnippetFacts, StorageFacts, VolumeFacts } from './facts.ts';
import { type FactSource, perNode } from './read.ts';

/** Files of ours in a snippet folder begin with this, so that nobody else's is ever read or removed. */
export const SNIPPET_PREFIX = 'proxwright-';

interface StorageRow {
  storage: string;
  type: string;
  content: string;
  shared?: number;
  active?: number;
  enabled?: number;
  avail?: number;
  total?: number;
}

/** Every storage as every node sees it, with its folder where it is one. */
export async function readStorages(nodes: readonly string[], source: FactSource): Promise<StorageFacts[]> {
  const [rows, settings] = await Promise.all([
    perNode<StorageRow, StorageRow & { node: string }>(nodes, source, {
      path: 'storage',
      map: (row, node) => ({ ...row, node }),
    }),
    unlessForbidden(
      source.pve.get<{ storage: string; path?: string; type: string }[]>('/storage', {}, source),
      [],
    ),
  ]);
  const folders = new Map(settings.map((row) => [row.storage, row.path ?? mountPoint(row)]));
  return rows.map((row) => {
    const folder = folders.get(row.storage);
    return {
      node: row.node,
      storage: row.storage,
      type: row.type,
      content: row.content.split(',').sort(),
      shared: row.shared === 1,
      active: row.active === 1 && row.enabled !== 0,
      avail: row.avail ?? 0,
      total: row.total ?? 0,
      ...(folder ? { path: folder } : {}),
    };
  });
}

/** Network storages are mounted where PVE's plugins mount them unless they say otherwise. */
function mountPoint(row: { storage: string; type: string }): string | undefined {
  return ['nfs', 'cifs', 'cephfs'].includes(row.type) ? `/mnt/pve/${row.storage}` : undefined;
}

/** What can be imported from, on storages that hold such. */
export async function readVolumes(
  storages: readonly StorageFacts[],
  source: FactSource,
): Promise<VolumeFacts[]> {
  const holding = storages.filter((storage) => storage.active && storage.content.includes('import'));
  const answers = await Promise.all(
    holding.map(async ({ node, storage }) => {
      const address = apiPath`/nodes/${node}/storage/${storage}/content`;
      const rows = await source.pve
        .get<{ volid: string; content: string; size: number }[]>(address, { content: 'import' }, source)
        .catch((error: unknown) => {
          // One storage that hangs, or that we may not look at, must not keep us from all the others.
          if (error instanceof ApiError) return [];
          throw error;
        });
      return rows.map(({ volid, content, size }) => ({ node, storage, volid, content, size }));
    }),
  );
  return answers.flat();
}

/** Our own snippets with their sums; only through a host, since the API shows no snippet's content. */
export async function readSnippets(
  storages: readonly StorageFacts[],
  source: FactSource,
): Promise<SnippetFacts[]> {
  const folders = storages.filter(
    (storage) => storage.active && storage.path && storage.content.includes('snippets'),
  );
  const answers = await Promise.all(
    folders.map(async ({ node, storage, path: folder }) => {
      const host = source.host(node);
      if (!host) return [];
      const options = source.signal ? { signal: source.signal } : {};
      const listing = await host.run(['ls', '-1', '--', snippetFolder(folder ?? '')], options);
      const names = listing.stdout.split('\n').filter((name) => name.startsWith(SNIPPET_PREFIX));
      if (listing.exitCode !== 0 || names.length === 0) return [];
      const files = names.map((name) => path.join(snippetFolder(folder ?? ''), name));
      const [sums, modes] = await Promise.all([
        host.run(['sha256sum', '--', ...files], options),
        host.run(['stat', '-c', '%a %n', '--', ...files], options),
      ]);
      const modeOf = new Map(
        modes.stdout.split('\n').map((line) => {
          const [mode = '', ...name] = line.split(' ');
          return [name.join(' '), Number.parseInt(mode, 8)] as const;
        }),
      );
      return sums.stdout
        .split('\n')
        .map((line) => /^([0-9a-f]{64}) [ *](.*)$/.exec(line))
        .filter((match) => match !== null)
        .map(([, sha256 = '', file = '']) => {
          const mode = modeOf.get(file);
          return { node, storage, path: file, sha256, ...(mode === undefined ? {} : { mode }) };
        });
    }),
  );
  return answers.flat();
}

export function snippetFolder(storagePath: string): string {
  return path.join(storagePath, 'snippets');
}
