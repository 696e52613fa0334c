import type { Facts } from '../../../facts/facts.ts';
import type { PlanInputs } from '../../workflow.ts';
import type { ClusterAnswers } from '../answers.ts';
import type { PlacedGuest } from '../guests/placement.ts';
import { imageTemplate, namedTemplate, type TemplatePlan } from './templates.ts';

/** Where the guests that are to be made are cloned from, and how that comes to be. `candidates`: nodes of the cluster. */
export function planTemplates(
  answers: ClusterAnswers,
  guests: readonly PlacedGuest[],
  { facts, inputs, candidates }: { facts: Facts; inputs: PlanInputs; candidates: readonly string[] },
): TemplatePlan {
  const nodes = [...new Set(guests.filter((guest) => !guest.existing).map((guest) => guest.node))].sort();
  if (answers.template !== undefined) return namedTemplate(answers.template, nodes, facts);
  const image = answers.image ?? '';
  const resolved = inputs.images.get(`${image}/${answers.ignition.transport}`);
  return imageTemplate({ ...answers, image }, nodes, {
    facts: withIds(facts, guests),
    image: resolved,
    candidates,
  });
}

/** The ids that this plan's own guests ask for are not free for its templates. */
function withIds(facts: Facts, guests: readonly PlacedGuest[]): Facts {
  const planned = guests.filter((guest) => !guest.existing).map((guest) => guest.vmid);
  return { ...facts, reserved: planned };
}
