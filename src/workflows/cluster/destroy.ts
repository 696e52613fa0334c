import type { Facts } from '../../facts/facts.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Finding, Step } from '../../plan/step.ts';
import type { ClusterAnswers } from './answers.ts';
import { guestsOf } from './guests/guests.ts';
import { destroyId } from './guests/ids.ts';
import { snippetName } from './guests/snippets.ts';
import { destroyHa } from './ha/removals.ts';
import { hiddenGuests, staysHidden, twinFindings } from './life/doubtful.ts';
import { goingFindings } from './life/going.ts';
import { formerGuest } from './life/planned-guests.ts';
import { destroyStep, ignitionFiles, removeFileStep } from './life/removal-steps.ts';
import { checkStepPrivileges } from './privileges.ts';
import { mappingRemovals } from './shares/mapping-removals.ts';
import { argsText } from './shares/shares.ts';

/** Removes the cluster's guests and their Ignition files. Templates stay: other clusters may use them. */
export function destroyCluster(answers: ClusterAnswers, facts: Facts): Plan {
  const guests = guestsOf(answers.name, facts);
  const hidden = hiddenGuests(answers, facts);
  // Also those of other clusters, whose guests may be called as ours once were: a-b's c-1 and a's b-c-1.
  const named = facts.guests.filter(({ identity }) => identity?.cluster !== undefined);
  const names = new Set([...named, ...hidden].map((guest) => snippetName(guest.name)));
  const stray = facts.snippets.filter(
    (snippet) => !names.has(baseName(snippet.path)) && isOfCluster(snippet.path, answers),
  );
  const steps: Step[] = guests.map((guest) => destroyStep(guest, []));
  // Once all guests of that name are gone: one that is being replaced shares its files with the new one.
  for (const name of new Set(guests.map((guest) => guest.name))) {
    const alike = guests.filter((guest) => guest.name === name);
    const needs = alike.map((guest) => destroyId(guest));
    steps.push(...ignitionFiles(alike[0]!, facts).map(({ node, path }) => removeFileStep(node, path, needs)));
  }
  // Of guests that were removed by hand, or by a removal that was cut off.
  for (const { node, path } of stray) steps.push(removeFileStep(node, path, []));
  const shared = mappingRemovals(answers, facts, guests.map(destroyId));
  steps.push(...shared.steps);
  const all = destroyHa(answers.name, { facts, steps });
  return {
    title: `removal of ${answers.name} cluster`,
    workflow: 'cluster',
    locks: [`cluster-${answers.name}`],
    steps: all,
    findings: [
      ...twinFindings(answers.name, facts),
      ...goingFindings(guests, facts),
      ...staysHidden(hidden),
      ...shared.findings,
      ...(guests.length > 0 ? kubeconfigStays(answers) : []),
      ...checkStepPrivileges(all, facts),
    ],
    guests: guests.map(formerGuest),
  };
}

function isOfCluster(path: string, { name, groups }: ClusterAnswers): boolean {
  const number = /-(\d+)\.ign$/.exec(path)?.[1];
  return (
    number !== undefined &&
    groups.some((group) => baseName(path) === snippetName(`${name}-${group.name}-${number}`))
  );
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** It may hold ways to other clusters by now, so it is nobody's to remove but its user's. */
function kubeconfigStays({ name, preset_options: options }: ClusterAnswers): Finding[] {
  const file = options?.kubeconfig;
  if (file === undefined) return [];
  return [
    {
      severity: 'info',
      path: 'preset_options.kubeconfig',
      message: `the kubeconfig of ${name} stays on this machine, if it was fetched, and leads nowhere any more: ${file}`,
      fix: argsText(['rm', '-f', '--', file]),
    },
  ];
}
