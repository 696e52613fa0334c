import type { Facts } from '../../../facts/facts.ts';
import { loadCatalogue } from '../../../images/catalogue.ts';
import { supports } from '../../../images/version.ts';
import type { PlanInputs } from '../../workflow.ts';
import type { ClusterAnswers } from '../answers.ts';
import type { TemplateSource } from '../templates/templates.ts';

/** A kernel that guests will run, as far as anybody knows it. */
export interface Kernel {
  /** `Flatcar Container Linux, LTS 4081.3.6`, `template flatcar-lts (4081.3.6)`. */
  name: string;
  virtiofs: boolean;
  /** The first version that has it. */
  since?: string;
}

/**
 * The kernels of the image that a template is made of, and of templates of ours that are there. Nobody knows
 * what is in a template that somebody else made.
 */
export function kernelsOf(
  { image, ignition }: Pick<ClusterAnswers, 'image' | 'ignition'>,
  {
    facts,
    inputs,
    sources,
  }: { facts: Facts; inputs: PlanInputs; sources: ReadonlyMap<string, TemplateSource> },
): Kernel[] {
  const kernels: Kernel[] = [];
  const add = (name: string, support: boolean | { since: string } | undefined): void => {
    if (support === undefined || kernels.some((other) => other.name === name)) return;
    const virtiofs = support === true;
    kernels.push({ name, virtiofs, ...(typeof support === 'boolean' ? {} : { since: support.since }) });
  };
  const resolved = inputs.images.get(`${image}/${ignition.transport}`);
  if (resolved) add(`${resolved.title} ${resolved.version ?? ''}`.trim(), resolved.virtiofs);
  for (const { ref } of sources.values()) {
    const identity = facts.guests.find((guest) => guest.template && guest.vmid === ref.vmid)?.identity;
    const id = identity?.template?.replace(/-fwcfg$/, '');
    const entry = loadCatalogue().find((other) => other.id === id);
    const version = /-(\d+(?:\.\d+)+)-/.exec(identity?.image ?? '')?.[1];
    if (entry && version) add(`template ${ref.name} (${version})`, supports(entry.virtiofs, version));
  }
  return kernels;
}
