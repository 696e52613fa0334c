import type { Host } from '../hosts/host.ts';
import { apiPath, type Pve } from '../pve/pve.ts';
import { readAccess, readMacPrefix, readMappings, readPools, readVersions } from './cluster.ts';
import type { Facts, NodeFacts, TargetFacts } from './facts.ts';
import { readGuests } from './guests.ts';
import { readHa } from './ha.ts';
import { readBridges } from './network.ts';
import { readSnippets, readStorages, readVolumes } from './storage.ts';

export interface FactSource {
  target: TargetFacts;
  pve: Pve;
  host(node: string): Host | undefined;
  /** See {@link Facts.seed}. */
  seed: string;
  signal?: AbortSignal;
}

/** One row of `/cluster/resources`: the few keys that are read here. */
export interface ResourceRow {
  type: 'node' | 'qemu' | 'lxc' | 'storage' | 'pool' | string;
  node?: string;
  vmid?: number;
  name?: string;
  status?: string;
  template?: number;
  tags?: string;
  pool?: string;
  maxmem?: number;
  mem?: number;
  maxcpu?: number;
}

/**
 * Reads what the target has, all at once where one answer does not need another. Changes nothing. What a
 * token may not see is left out; what it may not do is for the plan to say.
 */
export async function readFacts(source: FactSource): Promise<Facts> {
  const { pve, target, seed } = source;
  const [version, rows] = await Promise.all([
    pve.get<{ release: string; version: string }>('/version', {}, source),
    pve.get<ResourceRow[]>('/cluster/resources', {}, source),
  ]);
  const listed = nodesOf(rows);
  const versions = await readVersions(
    listed.filter((node) => node.online).map((node) => node.name),
    source,
  );
  const nodes = listed.map((node) => withVersion(node, versions.get(node.name)));
  const online = nodes.filter((node) => node.online).map((node) => node.name);
  const [access, storages, bridges, guests, pools, macPrefix, mappings, ha] = await Promise.all([
    readAccess(source),
    readStorages(online, source),
    readBridges(online, source),
    readGuests(rows, online, source),
    readPools(source),
    readMacPrefix(source),
    readMappings(source),
    readHa(source, version),
  ]);
  const [volumes, snippets] = await Promise.all([
    readVolumes(storages, source),
    readSnippets(storages, source),
  ]);
  return {
    target,
    version,
    access,
    nodes,
    storages,
    bridges,
    guests,
    volumes,
    snippets,
    pools,
    macPrefix,
    mappings,
    ha,
    seed,
  };
}

function nodesOf(rows: readonly ResourceRow[]): NodeFacts[] {
  return rows
    .filter((row) => row.type === 'node')
    .map((row) => ({
      name: row.node ?? '',
      online: row.status === 'online',
      memory: { total: row.maxmem ?? 0, free: (row.maxmem ?? 0) - (row.mem ?? 0) },
      cpus: row.maxcpu ?? 0,
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** A node that fell a moment ago is listed as online until the others miss it: what cannot be reached is not. */
function withVersion(node: NodeFacts, version: string | null | undefined): NodeFacts {
  if (version === null) return { ...node, online: false };
  return version === undefined ? node : { ...node, version };
}

/** Per-node reads, in parallel, with the node's name in the path. */
export async function perNode<Row, Result>(
  nodes: readonly string[],
  source: FactSource,
  read: {
    path: string;
    params?: Record<string, string | number>;
    map: (row: Row, node: string) => Result | undefined;
  },
): Promise<Result[]> {
  const answers = await Promise.all(
    nodes.map(async (node) => {
      const rows = await source.pve.get<Row[]>(
        `${apiPath`/nodes/${node}`}/${read.path}`,
        read.params ?? {},
        source,
      );
      return rows.map((row) => read.map(row, node)).filter((result) => result !== undefined);
    }),
  );
  return answers.flat();
}
