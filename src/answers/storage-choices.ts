import type { Facts, StorageFacts } from '../facts/facts.ts';
import type { Choice } from '../view/wizard/question.ts';
import { columns, size, where } from './choice-details.ts';

/** Storages of the wanted content first; others follow, with the reason why they cannot be taken. */
export function storageChoices(facts: Facts, content: Content): Choice[] {
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
      reach(seen, facts),
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
      disabled: seen.some(({ active }) => active) ? UNFIT[content] : 'is not active',
    })),
  ];
}

type Content = 'images' | 'rootdir' | 'snippets';

const UNFIT: Readonly<Record<Content, string>> = {
  images: 'does not take disks',
  rootdir: "does not take containers' disks",
  snippets: 'does not take snippets yet',
};

/** PVE's type names, as people say them. */
const TYPES: Readonly<Record<string, string>> = { lvmthin: 'thin', zfspool: 'zfs' };

function couldHold({ type }: StorageFacts, content: string): boolean {
  if (content !== 'snippets') return !['pbs', 'esxi'].includes(type);
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
