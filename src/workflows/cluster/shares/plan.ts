import type { Facts } from '../../../facts/facts.ts';
import type { Finding, Step } from '../../../plan/step.ts';
import type { PlanInputs } from '../../workflow.ts';
import type { ClusterAnswers } from '../answers.ts';
import { checkHooks, type GuestPlaces, hookSteps } from '../guests/hooks.ts';
import type { SnippetPlace } from '../guests/snippets.ts';
import type { TemplateSource } from '../templates/templates.ts';
import { kernelsOf } from './kernel.ts';
import { mappingSteps } from './mapping-steps.ts';
import { checkShares } from './shares.ts';
import { checkVirtiofsd, virtiofsWay } from './virtiofsd.ts';

export interface SharePlan {
  places: GuestPlaces;
  /** Directory mappings and hookscripts: before any guest is made. */
  steps: Step[];
  findings: Finding[];
}

/** What a cluster's shares and hookscripts need on every node that may run a guest. */
export function planShares(
  answers: ClusterAnswers,
  {
    nodes,
    facts,
    inputs,
    snippets,
    sources,
  }: {
    nodes: readonly string[];
    facts: Facts;
    inputs: PlanInputs;
    snippets: SnippetPlace | undefined;
    sources: ReadonlyMap<string, TemplateSource>;
  },
): SharePlan {
  const virtiofs = virtiofsWay(nodes, facts);
  const places = { snippets, virtiofs };
  const mappings = virtiofs === 'native' ? mappingSteps(answers, nodes, facts) : { steps: [], findings: [] };
  const kernels = kernelsOf(answers, { facts, inputs, sources });
  const templates = new Map([...sources.values()].map(({ ref, config }) => [ref.name, config ?? {}]));
  const findings = answers.groups.flatMap((group, at) => {
    const path = `groups.${at}`;
    return [
      ...checkShares(group, path, { nodes, inputs, facts, kernels }),
      ...(virtiofs === 'hook' ? checkVirtiofsd(group, path, { nodes, facts, inputs, templates }) : []),
      ...checkHooks(group, path, { nodes, inputs, facts }),
    ];
  });
  return {
    places,
    steps: [...mappings.steps, ...hookSteps(answers.groups, places)],
    findings: [...mappings.findings, ...findings],
  };
}
