import type { Facts } from '../../facts/facts.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Finding, Step } from '../../plan/step.ts';
import type { PlanInputs } from '../workflow.ts';
import { checkAddresses } from './address-checks.ts';
import type { ClusterAnswers } from './answers.ts';
import { checkGuests } from './checks.ts';
import { clusterPicture } from './cluster-picture.ts';
import { type GroupIgnition, groupIgnition } from './groups/ignition.ts';
import { wantedGuests } from './guests/guests.ts';
import { endOf } from './guests/ids.ts';
import { candidateNodes, type PlacedGuest, place } from './guests/placement.ts';
import { snippetPlace } from './guests/snippets.ts';
import { guestSteps } from './guests/steps.ts';
import { planHa } from './ha/steps.ts';
import { goneGuests, isCurrent, lifeFindings } from './life/life.ts';
import { formerGuest, plannedGuest, replacementOf } from './life/planned-guests.ts';
import { removalSteps } from './life/removal-steps.ts';
import { lastStep, type Roll, rollOrder } from './life/roll.ts';
import { specOf } from './life/spec.ts';
import { presetIgnition } from './presets/butane.ts';
import { presetFindings, withServerPort } from './presets/life.ts';
import { type PresetCluster, presetCluster } from './presets/preset-cluster.ts';
import { presetSteps, tokenFirst } from './presets/steps.ts';
import { checkPrivileges, checkStepPrivileges } from './privileges.ts';
import { unusedShares } from './shares/mapping-removals.ts';
import { planShares } from './shares/plan.ts';
import { planTemplates } from './templates/plan.ts';
import { imageKey } from './templates/templates.ts';

/** Everything between "these are the answers, this is there" and "this is to be done". Pure. */
export function planCluster(wanted: ClusterAnswers, facts: Facts, inputs: PlanInputs): Plan {
  const answers = withServerPort(wanted);
  const preset = presetCluster(answers, facts, inputs);
  const groups = groupConfigs(answers, { facts, inputs, preset });

  const candidates = candidateNodes(answers, facts);
  const names = candidates.nodes.map((node) => node.name);
  const placing = place(wantedGuests(answers, facts, isCurrent(answers, groups)), {
    answers,
    facts,
    nodes: candidates.nodes,
  });
  const { placed } = placing;
  const gone = goneGuests(answers, facts);
  const rolls = rollOrder(answers, placed);
  const inTurn = rolledInTurn(placed, rolls);

  const homes = [...new Set([...names, ...placed.map((guest) => guest.node)])];
  const templates = planTemplates(answers, placed, { facts, inputs, candidates: names });
  const { sources } = templates;
  const inherited =
    facts.guests.find((guest) => guest.template && guest.name === answers.template)?.config ?? {};
  const snippets = facts.target.hasHost ? snippetPlace(answers, homes, facts) : { findings: [] };
  const snippetHome = 'steps' in snippets ? snippets : undefined;
  const shares = planShares(answers, { nodes: homes, facts, inputs, snippets: snippetHome, sources });
  const { places } = shares;
  const unused = unusedShares(answers, facts, { places, inherited, endOf: (guest) => endOf(guest, placed) });

  const pool = poolStep(answers, facts);
  const first = [...pool, ...shares.steps];
  const guests = inTurn.map((guest) => {
    const group = groups.get(guest.group.name)!;
    const { content: ignition, given, findings } = group.of(guest);
    const steps = guestSteps(guest, {
      answers,
      source: sources.get(guest.node),
      inherited,
      places,
      ignition,
      spec: specOf(answers, guest, given),
      fixedId: group.fixedIds,
      first: first.map((step) => step.id),
      roll: rolls.get(guest.name),
    });
    return { steps, findings };
  });
  const made = placed.filter((guest) => !guest.existing).map((guest) => lastStep(guest, answers));
  const steps = [
    ...first,
    ...templates.steps,
    ...(snippetHome?.steps ?? []),
    ...guests.flatMap((guest) => guest.steps),
    ...gone.flatMap((guest) => removalSteps(guest, facts, made)),
    ...unused.steps,
  ];
  const withPreset = [...steps, ...presetSteps(preset, answers, { placed, steps, inputs })];
  const ha = planHa(answers, { facts, guests: placed, prepared: homes, steps: withPreset });

  const findings: Finding[] = [
    ...candidates.findings,
    ...placing.findings,
    ...templates.findings,
    ...snippets.findings,
    ...[...groups.values()].flatMap((group) => group.findings),
    ...checkGuests({ answers, facts, guests: placed, sources }),
    ...checkPrivileges(answers, { facts, guests: placed, sources, newPool: pool.length > 0 }),
    ...shares.findings,
    ...checkAddresses({ answers, facts, guests: placed, rolled: [...rolls.keys()] }),
    ...guests.flatMap((guest) => guest.findings),
    ...unused.findings,
    ...lifeFindings(answers, { facts, placed, gone, groups, places, inherited }),
    ...presetFindings(preset, answers, { placed, gone, facts, inputs }),
    ...ha.findings,
    ...checkStepPrivileges(ha.steps, facts),
  ];
  return {
    title: `${answers.name} cluster`,
    workflow: 'cluster',
    // Whoever makes the same template meanwhile would make it twice.
    locks: [`cluster-${answers.name}`, ...templates.locks],
    steps: tokenFirst(preset, answers, { placed, steps: ha.steps }),
    findings: unique(findings).map((finding) => located(finding, inputs.path)),
    picture: clusterPicture(answers, { guests: placed, gone, facts }),
    guests: [...placed.map((guest) => plannedGuest(guest, answers)), ...gone.map(formerGuest)],
    ...(rolls.size > 0
      ? {
          replacements: inTurn
            .filter(({ name }) => rolls.has(name))
            .map((guest) => replacementOf(guest, answers)),
        }
      : {}),
  };
}

function groupConfigs(
  answers: ClusterAnswers,
  { facts, inputs, preset }: { facts: Facts; inputs: PlanInputs; preset: PresetCluster | undefined },
): Map<string, GroupIgnition> {
  const image = imageRelease(answers, { facts, inputs });
  const { transport } = answers.ignition;
  return new Map(
    answers.groups.map((group, at) => [
      group.name,
      groupIgnition(group, {
        path: `groups.${at}`,
        inputs,
        transport,
        image,
        preset: preset && presetIgnition(preset, answers.name, group),
      }),
    ]),
  );
}

/** Which Flatcar reads the configs: of the image, or of the template that was made from it. */
function imageRelease(
  { image, ignition }: ClusterAnswers,
  { facts, inputs }: { facts: Facts; inputs: PlanInputs },
): { name: string; flatcar: string } | undefined {
  if (image === undefined) return undefined;
  const resolved = inputs.images.get(`${image}/${ignition.transport}`);
  if (resolved?.version) return { name: resolved.title, flatcar: resolved.version };
  const key = imageKey(image, ignition.transport);
  const template = facts.guests.find((guest) => guest.template && guest.identity?.template === key);
  const release = /-(\d+\.\d+\.\d+)-/.exec(template?.identity?.image ?? '')?.[1];
  return release ? { name: `template ${template?.name}`, flatcar: release } : undefined;
}

/** Guests in their order, those that are made anew in the order in which that is done. */
function rolledInTurn(guests: readonly PlacedGuest[], rolls: ReadonlyMap<string, Roll>): PlacedGuest[] {
  const byName = new Map(guests.map((guest) => [guest.name, guest]));
  const turns = [...rolls.keys()];
  return guests.map((guest) => (rolls.has(guest.name) ? byName.get(turns.shift()!)! : guest));
}

function poolStep({ pool }: ClusterAnswers, facts: Facts): Step[] {
  if (pool === undefined || facts.pools.includes(pool)) return [];
  return [
    {
      id: `make pool ${pool}`,
      title: `make pool ${pool}`,
      verb: 'make-pool',
      args: { pool },
      needs: [],
      uses: {},
    },
  ];
}

function unique(findings: readonly Finding[]): Finding[] {
  const first = new Map<string, Finding>();
  for (const finding of findings) if (!first.has(finding.message)) first.set(finding.message, finding);
  return [...first.values()];
}

function located(finding: Finding, prefix: string): Finding {
  return finding.path === undefined ? finding : { ...finding, path: `${prefix}.${finding.path}` };
}
