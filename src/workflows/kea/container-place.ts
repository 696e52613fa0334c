import type { Facts } from '../../facts/facts.ts';
import type { Finding } from '../../plan/step.ts';
import { freeIds } from '../cluster/guests/placement.ts';
import { pick } from '../cluster/templates/storages.ts';
import type { KeaAnswers } from './answers.ts';

const DEFAULT_TEMPLATE = 'debian-13-standard';

/** What a node's container is made of. */
export interface ContainerPlace {
  node: string;
  vmid: number;
  /** Of its disk. */
  storage: string;
  /** Of its template. */
  templates: string;
  /** The node that downloads it: where its storage is shared, one for all. */
  downloader: string;
  /** `debian-13-standard_13.1-2_amd64.tar.zst` */
  template: string;
}

/** Storages, template and id for a container on each node; a finding for each that cannot have one. */
export function containerPlaces(
  answers: KeaAnswers,
  nodes: readonly string[],
  facts: Facts,
): { places: ContainerPlace[]; findings: Finding[] } {
  const findings: Finding[] = [];
  const ids = freeIds(answers.vmid ?? 100, facts);
  const places = nodes.flatMap((node): Omit<ContainerPlace, 'downloader'>[] => {
    const there = facts.guests.find((guest) => guest.node === node && guest.identity?.kea !== undefined);
    const storage = pick(answers.storage, 'rootdir', [node], facts)?.storage;
    const template = templateFor(answers, node, facts);
    // What is there stays as it was made.
    if (there) return [{ node, vmid: there.vmid, storage: storage ?? '', templates: '', template: '' }];
    if (storage === undefined) findings.push(noStorage(answers, node, facts));
    if ('finding' in template) findings.push(template.finding);
    if (storage === undefined || 'finding' in template) return [];
    return [{ node, vmid: ids.next().value, storage, ...template }];
  });
  const downloader = (place: (typeof places)[number]): string =>
    isShared(place.templates, facts)
      ? (places.find(
          ({ templates, template }) => templates === place.templates && template === place.template,
        )?.node ?? place.node)
      : place.node;
  return { places: places.map((place) => ({ ...place, downloader: downloader(place) })), findings };
}

/** The newest one that begins so: what is in a storage already, before what has to be downloaded. */
function templateFor(
  answers: KeaAnswers,
  node: string,
  facts: Facts,
): { templates: string; template: string } | { finding: Finding } {
  const wanted = answers.template ?? DEFAULT_TEMPLATE;
  const { available = [], present = [] } = facts.kea?.find((seen) => seen.node === node)?.templates ?? {};
  const fits = (name: string): boolean => name.startsWith(wanted);
  const volume = present
    .map((volid) => /^([^:]+):vztmpl\/(.+)$/.exec(volid))
    .flatMap((match) =>
      match && fits(match[2] ?? '') ? [{ templates: match[1] ?? '', template: match[2] ?? '' }] : [],
    )
    .sort((a, b) => byVersion(b.template, a.template))[0];
  if (volume) return volume;
  const [newest] = available.filter(fits).sort((a, b) => byVersion(b, a));
  const templates = pick(undefined, 'vztmpl', [node], facts)?.storage;
  if (newest !== undefined && templates !== undefined) return { templates, template: newest };
  return {
    finding:
      newest === undefined
        ? {
            severity: 'error',
            path: 'template',
            message: `${node} knows no container template ${wanted}`,
            fix: `on ${node}: pveam update; pveam available --section system`,
          }
        : {
            severity: 'error',
            message: `no storage of ${node} takes container templates`,
            fix: 'let one: pvesm set local --content …,vztmpl',
          },
  };
}

function isShared(storage: string, facts: Facts): boolean {
  return facts.storages.some((row) => row.storage === storage && row.shared);
}

function noStorage({ storage }: KeaAnswers, node: string, facts: Facts): Finding {
  const fit = facts.storages
    .filter((row) => row.node === node && row.active && row.content.includes('rootdir'))
    .map((row) => row.storage);
  return {
    severity: 'error',
    path: 'storage',
    message: storage
      ? `storage ${storage} cannot hold a container's disk on ${node}`
      : `no storage of ${node} holds disks of containers`,
    fix: `storages that do: ${fit.join(', ') || 'none; let one hold "rootdir"'}`,
  };
}

function byVersion(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
