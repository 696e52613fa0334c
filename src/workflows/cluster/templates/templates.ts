import type { Facts, GuestFacts } from '../../../facts/facts.ts';
import type { ResolvedImage } from '../../../images/resolve.ts';
import type { Finding, Step } from '../../../plan/step.ts';
import { isBefore84 } from '../../../pve/version.ts';
import type { GuestRef } from '../../../steps/our-guest.ts';
import type { ClusterAnswers } from '../answers.ts';
import { freeIds } from '../guests/placement.ts';
import { versionOf } from '../shares/virtiofsd.ts';
import { makeTemplate } from './steps.ts';
import { chooseStorages, type Storages } from './storages.ts';

/** Where a node's guests are cloned from. */
export interface TemplateSource {
  ref: GuestRef;
  /** The step that makes it, if it is not there yet. */
  step?: string;
  /** What its disks and options are, where it is there already. */
  config?: Readonly<Record<string, string>>;
}

export interface TemplatePlan {
  /** By node that gets guests. */
  sources: ReadonlyMap<string, TemplateSource>;
  steps: Step[];
  findings: Finding[];
  /** Of the templates that are made. */
  locks: string[];
}

/** Template ids begin here, out of the way of guests' ids. */
const TEMPLATE_IDS = 9000;

/** Finds the template that the answers name, on every node that gets guests. */
export function namedTemplate(name: string, nodes: readonly string[], facts: Facts): TemplatePlan {
  const found = facts.guests.filter(
    (guest) => guest.template && (guest.name === name || String(guest.vmid) === name),
  );
  const sources = new Map<string, TemplateSource>();
  const findings: Finding[] = [];
  for (const node of nodes) {
    const template =
      found.find((other) => other.node === node) ?? found.find((other) => isShared(other, facts));
    if (template) {
      sources.set(node, existingSource(template));
    } else {
      const where = found.map((other) => other.node).join(', ');
      findings.push({
        severity: 'error',
        path: 'template',
        message:
          found.length === 0
            ? `there is no template ${name}`
            : `template ${name} is on ${where}, not on ${node}`,
        fix:
          found.length === 0
            ? 'name one that is there, or an image (image: flatcar-stable) to have it made'
            : `its disks are local: keep to nodes: [${where}], or give an image to have it made on each node`,
      });
    }
  }
  return { sources, steps: [], findings, locks: [] };
}

/** Finds, or plans to make, the template of a catalogue image on every node that gets guests. */
export function imageTemplate(
  answers: ClusterAnswers & { image: string },
  nodes: readonly string[],
  {
    facts,
    image,
    candidates,
  }: { facts: Facts; image: ResolvedImage | undefined; candidates: readonly string[] },
): TemplatePlan {
  const sources = new Map<string, TemplateSource>();
  const missing: string[] = [];
  for (const node of nodes) {
    const template = templateOfImage(answers, node, facts);
    if (template) sources.set(node, existingSource(template));
    else missing.push(node);
  }
  if (missing.length === 0) return { sources, steps: [], findings: [], locks: [] };
  if (!image) throw new Error(`image ${answers.image} was not resolved`);

  const importers = missing.filter((node) => !isBefore84(versionOf(node, facts)));
  const refused = (findings: Finding[]): TemplatePlan => ({ sources, steps: [], findings, locks: [] });
  if (importers.length === 0) return refused([noImport(image.title, missing, facts)]);
  const storages = chooseStorages(answers, missing, facts);
  if ('findings' in storages) return refused(storages.findings);
  // One for all clusters of the answers, wherever the guests of each go.
  const able = candidates.filter(
    (node) => !isBefore84(versionOf(node, facts)) && hasBoth(node, storages, facts),
  );
  const makers = storages.disks.shared ? [...able, ...importers].slice(0, 1) : missing;
  const old = makers.filter((node) => !importers.includes(node));
  if (old.length > 0) return refused([noImport(image.title, old, facts)]);
  const ids = freeIds(TEMPLATE_IDS, facts);
  const steps: Step[] = [];
  for (const node of makers) {
    const made = makeTemplate(answers, node, { facts, image, storages, vmid: ids.next().value });
    steps.push(...made.steps);
    for (const user of storages.disks.shared ? missing : [node]) sources.set(user, made.source);
  }
  const locks = [`template-${imageKey(image.id, answers.ignition.transport)}`];
  return { sources, steps: [...storages.steps, ...steps], findings: storages.remarks, locks };
}

function hasBoth(node: string, { disks, images }: Storages, facts: Facts): boolean {
  const there = facts.storages.filter((row) => row.node === node && row.active).map((row) => row.storage);
  return there.includes(disks.storage) && there.includes(images);
}

function noImport(image: string, nodes: readonly string[], facts: Facts): Finding {
  const old = nodes.map((node) => `${node} (${versionOf(node, facts)})`).join(', ');
  return {
    severity: 'error',
    path: 'image',
    message: `no template can be made of ${image} on ${old}: before 8.4 the API imports no disk images`,
    fix: 'name a template that is there (template: NAME), keep to newer nodes (nodes:), or bring the node to 8.4',
  };
}

/**
 * A template of ours that was made from this image for this way of getting the config into the guest. Linked
 * clones have their disks where it has its own; full ones go where the answers say.
 */
export function templateOfImage(
  { image, ignition, storage, clone }: Pick<ClusterAnswers, 'image' | 'ignition' | 'storage' | 'clone'>,
  node: string,
  facts: Facts,
): GuestFacts | undefined {
  const key = imageKey(image ?? '', ignition.transport);
  const fits = ({ config }: GuestFacts): boolean =>
    storage === undefined || clone === 'full' || (config?.scsi0 ?? '').startsWith(`${storage}:`);
  const made = facts.guests.filter(
    (guest) => guest.template && guest.identity?.template === key && fits(guest),
  );
  return made.find((guest) => guest.node === node) ?? made.find((guest) => isShared(guest, facts));
}

/** Flatcar has one image that reads the cloud-init drive and another that reads fw_cfg. */
export function imageKey(image: string, transport: 'cloud-init' | 'fw_cfg'): string {
  return transport === 'fw_cfg' ? `${image}-fwcfg` : image;
}

function existingSource(guest: GuestFacts): TemplateSource {
  const ref = {
    name: guest.name,
    vmid: guest.vmid,
    node: guest.node,
    uid: guest.identity?.uid ?? '',
    step: '',
  };
  return { ref, ...(guest.config ? { config: guest.config } : {}) };
}

/** All its disks lie on shared storage, so that any node can clone it to itself. */
function isShared(guest: GuestFacts, facts: Facts): boolean {
  const volumes = Object.entries(guest.config ?? {})
    .filter(
      ([key, value]) =>
        /^(scsi|virtio|sata|ide|efidisk|tpmstate)\d+$/.test(key) && !value.includes('media=cdrom'),
    )
    .map(([, value]) => value.split(':')[0]);
  return (
    volumes.length > 0 &&
    volumes.every((storage) => facts.storages.some((other) => other.storage === storage && other.shared))
  );
}
