import type { Facts, StorageFacts } from '../facts/facts.ts';
import type { Choice } from '../view/question.ts';
import type { ChoiceSource } from './meta.ts';

/** An image that can be chosen, from the catalogue. */
export interface ImageChoice {
  id: string;
  title: string;
}

/** What the target and the catalogue offer for a question, with what helps to choose. */
export function choicesFrom(
  source: ChoiceSource,
  { facts, images }: { facts: Facts; images: readonly ImageChoice[] },
): Choice[] {
  switch (source) {
    case 'nodes':
      return nodes(facts);
    case 'bridges':
      return bridges(facts);
    case 'disk-storages':
      return storages(facts, { content: 'images', wording: 'does not take disks' });
    case 'snippet-storages':
      return storages(facts, { content: 'snippets', wording: 'does not take snippets yet' });
    case 'templates':
      return templates(facts);
    case 'pools':
      return facts.pools.map((pool) => ({ value: pool, label: pool }));
    case 'images':
      return images.map(({ id, title }) => ({ value: id, label: id, detail: title }));
  }
}

function nodes(facts: Facts): Choice[] {
  const cells = facts.nodes.map(({ memory, cpus }) => [
    `${size(memory.free)} of ${size(memory.total)} free`,
    `${cpus} CPU${cpus === 1 ? '' : 's'}`,
  ]);
  const details = columns(cells);
  return facts.nodes.map(({ name, online }, at) => ({
    value: name,
    label: name,
    ...(online ? { detail: details[at] ?? '' } : { disabled: 'is offline' }),
  }));
}

function bridges(facts: Facts): Choice[] {
  const names = [...new Set(facts.bridges.map(({ bridge }) => bridge))].sort(byNumber);
  const cells = names.map((name) => {
    const seen = facts.bridges.filter(({ bridge }) => bridge === name);
    const cidrs = seen.map(({ cidr }) => cidr).filter((cidr) => cidr !== undefined);
    return [
      cidrs[0] ?? 'no address',
      seen.every(({ vlanAware }) => vlanAware) ? 'VLAN-aware' : '',
      where(
        seen.map(({ node }) => node),
        facts,
      ),
    ];
  });
  const details = columns(cells);
  return names.map((name, at) => ({ value: name, label: name, detail: details[at] ?? '' }));
}

/** Storages of the wanted content first; others follow, with the reason why they cannot be taken. */
function storages(facts: Facts, { content, wording }: { content: string; wording: string }): Choice[] {
  const names = [...new Set(facts.storages.map(({ storage }) => storage))];
  const kinds = names.map((name) => {
    const seen = facts.storages.filter(({ storage }) => storage === name);
    return { name, fit: seen.filter((each) => each.active && each.content.includes(content)), seen };
  });
  const fit = kinds
    .filter((kind) => kind.fit.length > 0)
    .sort((one, other) => other.fit.length - one.fit.length || least(other.fit) - least(one.fit));
  const details = columns(
    fit.map(({ fit: seen }) => [
      TYPES[seen[0]?.type ?? ''] ?? seen[0]?.type ?? '',
      `${size(least(seen)).padStart(8)} free`,
      seen[0]?.shared
        ? 'shared, HA works'
        : where(
            seen.map(({ node }) => node),
            facts,
          ),
    ]),
  );
  // What could never hold it, such as a backup server, is no choice at all; what could, is one to come.
  const unfit = kinds.filter(
    (kind) => kind.fit.length === 0 && kind.seen.some((each) => couldHold(each, content)),
  );
  return [
    ...fit.map(({ name }, at) => ({ value: name, label: name, detail: details[at] ?? '' })),
    ...unfit.map(({ name, seen }) => ({
      value: name,
      label: name,
      disabled: seen.some(({ active }) => active) ? wording : 'is not active',
    })),
  ];
}

/** PVE's type names, as people say them. */
const TYPES: Readonly<Record<string, string>> = { lvmthin: 'thin', zfspool: 'zfs' };

function couldHold({ type }: StorageFacts, content: string): boolean {
  if (content === 'images') return !['pbs', 'esxi'].includes(type);
  return ['dir', 'nfs', 'cifs', 'cephfs', 'btrfs'].includes(type);
}

function reach(seen: readonly StorageFacts[], facts: Facts): string {
  const nodes = seen.map(({ node }) => node);
  if (!seen[0]?.shared) return where(nodes, facts);
  return facts.nodes.every(({ name }) => nodes.includes(name))
    ? 'shared, HA works'
    : `shared ${where(nodes, facts)}`;
}

/** A guest's disk may go to any of the nodes: the fullest of them counts. */
function least(seen: readonly StorageFacts[]): number {
  return Math.min(...seen.map(({ avail }) => avail));
}

function templates(facts: Facts): Choice[] {
  const found = facts.guests.filter(({ template, type }) => template && type === 'qemu');
  const names = [...new Set(found.map(({ name }) => name))].sort();
  return names.map((name) => {
    const same = found.filter((guest) => guest.name === name);
    return {
      value: name,
      label: name,
      detail: same.map(({ vmid, node }) => `${vmid} on ${node}`).join(', '),
    };
  });
}

function where(seen: readonly string[], { nodes: all }: Facts): string {
  if (all.length > 1 && all.every(({ name }) => seen.includes(name))) return `on all ${all.length} nodes`;
  return `on ${[...seen].sort(byNumber).join(', ')}`;
}

/** `vmbr2` before `vmbr10`. */
function byNumber(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}

/** Rows of cells as lines whose cells stand below each other. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .filter((cell) => cell !== '')
      .join('   ')
      .trimEnd(),
  );
}

/** `412 GiB`, `1.9 TiB`. */
function size(bytes: number): string {
  const gib = bytes / 2 ** 30;
  if (gib >= 1024) return `${(gib / 1024).toFixed(1)} TiB`;
  return gib >= 10 ? `${Math.floor(gib)} GiB` : `${(Math.floor(gib * 10) / 10).toFixed(1)} GiB`;
}
