import { ApiError } from '../errors.ts';
import { readIdentity } from '../pve/description.ts';
import { parseProperties } from '../pve/property-string.ts';
import { apiPath } from '../pve/pve.ts';
import type { GuestFacts } from './facts.ts';
import type { FactSource, ResourceRow } from './read.ts';

/** All guests of the cluster. Every config is read for its MACs; those of our own guests are kept whole. */
export async function readGuests(
  rows: readonly ResourceRow[],
  online: readonly string[],
  source: FactSource,
): Promise<GuestFacts[]> {
  const guests = rows.filter((row) => row.type === 'qemu' || row.type === 'lxc');
  const facts = await Promise.all(
    guests.map((row) => readGuest(row, online.includes(row.node ?? ''), source)),
  );
  return facts.sort((a, b) => a.vmid - b.vmid);
}

async function readGuest(row: ResourceRow, reachable: boolean, source: FactSource): Promise<GuestFacts> {
  const type = row.type as 'qemu' | 'lxc';
  const tags = (row.tags ?? '').split(/[;, ]+/).filter((tag) => tag !== '');
  const config = reachable ? await configOf(row, source) : {};
  const line = readIdentity(config.description ?? '');
  const lineOf = line?.cluster === undefined ? undefined : `${line.cluster}-${line.group}-${line.index}`;
  // A clone that somebody made of a guest of ours has taken the line along under another name, and is not ours
  // to change or remove.
  const identity = lineOf === undefined || lineOf === row.name ? line : undefined;
  return {
    vmid: row.vmid ?? 0,
    type,
    node: row.node ?? '',
    name: row.name ?? '',
    status: row.status ?? 'unknown',
    template: row.template === 1,
    tags,
    macs: macsOf(config),
    ...addressesOf(config),
    ...usesOf(config),
    ...(row.pool ? { pool: row.pool } : {}),
    ...(row.template === 1 || identity ? { config } : {}),
    // Without the tag too: a run that was cut off between clone and configuration has left such a guest.
    ...(identity ? { identity } : {}),
    ...(line && !identity && lineOf ? { lineOf } : {}),
  };
}

/** A guest that vanishes while we read, or that we may not see, counts as one without a config. */
async function configOf(row: ResourceRow, source: FactSource): Promise<Record<string, string>> {
  try {
    const path = `${apiPath`/nodes/${row.node ?? ''}`}/${row.type}/${row.vmid}/config`;
    const config = await source.pve.get<Record<string, unknown>>(path, {}, source);
    return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, String(value)]));
  } catch (error) {
    if (error instanceof ApiError && (error.status === 403 || /does not exist/.test(error.message)))
      return {};
    throw error;
  }
}

function usesOf(
  config: Readonly<Record<string, string>>,
): Pick<GuestFacts, 'mappings' | 'hookscript' | 'base'> {
  const mappings = Object.keys(config)
    .filter((key) => /^virtiofs\d+$/.test(key))
    .flatMap((key) => parseProperties(config[key] ?? '', 'dirid').dirid ?? [])
    .sort();
  // Of a linked clone: `ceph:base-9000-disk-0/vm-101-disk-0`, `local:9000/base-9000-disk-0.qcow2/101/vm-…`.
  const [, base] =
    Object.values(config)
      .join('\n')
      .match(/[:/]base-(\d+)-disk-[^/,\n]+\/(?:\d+\/)?vm-/) ?? [];
  return {
    ...(base === undefined ? {} : { base: Number(base) }),
    ...(mappings.length > 0 ? { mappings } : {}),
    ...(config.hookscript === undefined ? {} : { hookscript: config.hookscript }),
  };
}

function macsOf(config: Readonly<Record<string, string>>): string[] {
  return Object.keys(config)
    .filter((key) => /^net\d+$/.test(key))
    .sort()
    .flatMap((key) => /(?:[0-9a-f]{2}:){5}[0-9a-f]{2}/i.exec(config[key] ?? '')?.[0]?.toUpperCase() ?? []);
}

/** Of `ipconfig0` with `net0`; a container has both in its `net0`. */
function addressesOf(config: Readonly<Record<string, string>>): Pick<GuestFacts, 'addresses' | 'segments'> {
  const found = Object.keys(config)
    .filter((key) => /^(?:ipconfig|net)\d+$/.test(key))
    .sort()
    .flatMap((key) => {
      const { bridge, tag } = parseProperties(config[key.replace('ipconfig', 'net')] ?? '');
      const addresses = [...(config[key] ?? '').matchAll(/(?:^|,)ip6?=([0-9a-f.:]+)\//gi)];
      return addresses.map((match) => ({ address: match[1] ?? '', segment: `${bridge ?? ''}.${tag ?? ''}` }));
    });
  if (found.length === 0) return { addresses: [] };
  return {
    addresses: found.map(({ address }) => address),
    segments: found.map(({ segment }) => segment),
  };
}
