import type { Picture } from './picture.ts';
import type { Finding, Step, StepValue } from './step.ts';

/** All that a run will do, made by a pure function from answers and facts. Equal input, equal plan. */
export interface Plan {
  /** As a person would call it: `edge cluster`. */
  title: string;
  workflow: string;
  /** Of the answers and files that it was made of: another mark, other answers. */
  source?: string;
  /** Names of what the run needs for itself alone: two runs that share one never overlap. */
  locks: readonly string[];
  steps: readonly Step[];
  findings: readonly Finding[];
  picture?: Picture;
  /** Guests whose address the run should report at its end. */
  guests: readonly PlannedGuest[];
  /** Guests that take the place of others, in their order. */
  replacements?: readonly PlannedReplacement[];
}

/** A guest that takes the place of old ones of its name, with the steps that tell how far it is. */
export interface PlannedReplacement {
  name: string;
  node: string;
  /** The step that begins with the new guest, and the one behind which it is up. */
  begins: string;
  up: string;
  olds: readonly { node: string; vmid: number; stops: string; gone: string }[];
}

export interface PlannedGuest {
  name: string;
  vmid: number;
  node: string;
  group: string;
  macs: readonly string[];
  /** Of its first NIC: static address with prefix, or `dhcp`. */
  address: string;
  /** All its static addresses, without prefix, each with the bridge and VLAN that it counts on (`vmbr0.20`). */
  fixed?: readonly { address: string; segment: string }[];
  /** Bytes. */
  memory: number;
  /** The step whose receipt holds the id that the guest really got. */
  step: string;
  /** The step whose receipt holds the address that the guest reported. */
  waitStep?: string;
  /** What this run does to the guest. */
  change: 'create' | 'change' | 'replace' | 'remove' | 'none';
}

/** Joins the plans of several sections or files into one; a step that stands in two of them is done once. */
export function joinPlans(given: readonly Plan[]): Plan {
  const plans = given.map(runnablePart);
  const [first, ...others] = plans;
  if (!first) throw new Error('joinPlans needs a plan');
  if (others.length === 0) return first;
  return {
    title: plans.map((plan) => plan.title).join(', '),
    workflow: [...new Set(plans.map((plan) => plan.workflow))].join(','),
    locks: [...new Set(plans.flatMap((plan) => plan.locks))].sort(),
    steps: uniqueSteps(plans),
    findings: plans.flatMap((plan) => plan.findings),
    guests: plans.flatMap((plan) => plan.guests),
    ...(plans.some((plan) => plan.replacements)
      ? { replacements: plans.flatMap((plan) => plan.replacements ?? []) }
      : {}),
    ...(first.picture ? { picture: mergePictures(plans) } : {}),
  };
}

/**
 * A plan with an error is shown and never run. What stands on something that cannot be (the clone of a
 * template that is not there) is left out of it, so that the error is what the reader gets to see.
 */
function runnablePart(plan: Plan): Plan {
  if (!plan.findings.some((finding) => finding.severity === 'error')) return plan;
  const ids = new Set(plan.steps.map((step) => step.id));
  for (let before = -1; before !== ids.size; ) {
    before = ids.size;
    for (const step of plan.steps) if (!step.needs.every((id) => ids.has(id))) ids.delete(step.id);
  }
  return { ...plan, steps: plan.steps.filter((step) => ids.has(step.id)) };
}

/** Two clusters may need the same template or share: a step that stands in both plans is done once, for both. */
function uniqueSteps(plans: readonly Plan[]): Step[] {
  const byId = new Map<string, Step>();
  for (const step of plans.flatMap((plan) => plan.steps)) {
    const known = byId.get(step.id);
    byId.set(step.id, known ? united(known, step) : step);
  }
  return [...byId.values()];
}

/** What either asks for, such as the nodes of a directory mapping. */
function united(one: Step, other: Step): Step {
  const needs = [...new Set([...one.needs, ...other.needs])];
  return { ...one, needs, args: unitedValues(one.args, other.args) };
}

function unitedValues(one: StepValue, other: StepValue): StepValue {
  if (!isMapping(one) || !isMapping(other)) return one;
  const both = Object.entries(other).map(([key, value]) => {
    const known = one[key];
    return [key, known === undefined ? value : unitedValues(known, value)];
  });
  return { ...one, ...Object.fromEntries(both) };
}

function isMapping(value: StepValue): value is Readonly<Record<string, StepValue>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function mergePictures(plans: readonly Plan[]): Picture {
  const nodes = new Map<string, Picture['nodes'][number]>();
  for (const node of plans.flatMap((plan) => plan.picture?.nodes ?? [])) {
    const known = nodes.get(node.name);
    nodes.set(node.name, known ? { ...known, guests: [...known.guests, ...node.guests] } : node);
  }
  const segments = plans.flatMap((plan) => plan.picture?.segments ?? []);
  return {
    nodes: [...nodes.values()],
    segments: segments.filter(
      (segment, at) =>
        segments.findIndex((other) => other.bridge === segment.bridge && other.tag === segment.tag) === at,
    ),
    notes: plans.flatMap((plan) => plan.picture?.notes ?? []),
  };
}
