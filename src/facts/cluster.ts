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

/** What each node runs; null for one that cannot be reached, none for one that does not say. */
export async function readVersions(
  nodes: readonly string[],
  source: FactSource,
): Promise<ReadonlyMap<string, string | null>> {
  const versions = new Map<string, string | null>();
  await Promise.all(
    nodes.map(async (node) => {
      try {
        const { version } = await source.pve.get<{ version: string }>(
          apiPath`/nodes/${node}/version`,
          {},
          source,
        );
        versions.set(node, version);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (isOnTheWay(error)) versions.set(node, null);
      }
    }),
  );
  return versions;
}

/** pveproxy's own codes for a node that it did not reach, or that it lost in the middle (see pve/transient.ts). */
function isOnTheWay({ status }: ApiError): boolean {
  return status >= 595 && status <= 599;
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
