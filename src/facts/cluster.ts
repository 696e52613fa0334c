import { ApiError } from '../errors.ts';
import { apiPath } from '../pve/pve.ts';
import type { Facts } from './facts.ts';
import type { FactSource } from './read.ts';

/** PVE's own default, in use where the datacenter sets none (facts: pve.md, Guests). */
const DEFAULT_MAC_PREFIX = 'BC:24:11';

export async function readAccess(source: FactSource): Promise<Facts['access']> {
  const { user } = source.pve;
  // Only the string root@pam is root to the API, its tokens are not (facts: pve.md, Root only).
  if (user === 'root@pam') return { user, root: true, privileges: {} };
  const answer = await source.pve.get<Record<string, Record<string, number>>>(
    '/access/permissions',
    {},
    source,
  );
  const privileges = Object.fromEntries(
    Object.entries(answer).map(([path, held]) => [path, Object.keys(held)]),
  );
  return { user, root: false, privileges };
}

export async function readPools(source: FactSource): Promise<string[]> {
  const pools = await source.pve.get<{ poolid: string }[]>('/pools', {}, source);
  return pools.map((pool) => pool.poolid).sort();
}

export async function readMacPrefix(source: FactSource): Promise<string> {
  const options = await unlessForbidden(
    source.pve.get<{ mac_prefix?: string }>('/cluster/options', {}, source),
    {} as { mac_prefix?: string },
  );
  return options.mac_prefix?.toUpperCase() ?? DEFAULT_MAC_PREFIX;
}

/** Before 8.4 there are none, and asking for them is a 501. */
export async function readMappings(source: FactSource): Promise<Facts['mappings']> {
  type Row = { id: string; map: string[]; description?: string };
  const rows = await unlessForbidden(
    source.pve.get<Row[]>('/cluster/mapping/dir', {}, source).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 501) return [];
      throw error;
    }),
    [],
  );
  return rows.map(({ id, map, description }) => ({
    id,
    paths: Object.fromEntries(map.map(nodeAndPath)),
    ...(description === undefined ? {} : { description }),
  }));
}

/** What each node that is online runs; a node that does not answer has none. */
export async function readVersions(
  nodes: readonly string[],
  source: FactSource,
): Promise<ReadonlyMap<string, string>> {
  const versions = new Map<string, string>();
  await Promise.all(
    nodes.map(async (node) => {
      const answer = await source.pve
        .get<{ version: string }>(apiPath`/nodes/${node}/version`, {}, source)
        .catch((error: unknown) => {
          if (error instanceof ApiError) return undefined;
          throw error;
        });
      if (answer) versions.set(node, answer.version);
    }),
  );
  return versions;
}

/** `node=pve1,path=/srv/share` → ['pve1', '/srv/share']. */
function nodeAndPath(text: string): [string, string] {
  const parts = Object.fromEntries(text.split(',').map((part) => part.split(/=(.*)/s).slice(0, 2)));
  return [parts.node ?? '', parts.path ?? ''];
}

/** What one may not look at is taken as not there: the plan asks for what it really needs. */
export async function unlessForbidden<Answer>(answer: Promise<Answer>, otherwise: Answer): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return otherwise;
    throw error;
  }
}
