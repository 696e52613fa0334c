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
import { isHidden } from './life/doubtful.ts';
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
import { imageKey, imageTemplate, namedTemplate, type TemplatePlan } from './templates/templates.ts';

/** Everything between "these are the answers, this is there" and "this is to be done". Pure. */
export function planCluster(wanted: ClusterAnswers, facts: Facts, inputs: PlanInputs): Plan {
  const answers = withServerPort(wanted);
  const preset = presetCluster(answers, facts, inputs);
  const candidates = candidateNodes(answers, facts);
  const names = candidates.nodes.map((node) => node.name);
  const groups = groupConfigs(answers, { facts, inputs, preset });
  const { placed, findings: placing } = place(wantedGuests(answers, facts, isCurrent(answers, groups)), {
    answers,
    facts,
    nodes: candidates.nodes,
  });
  const templates = templatesFor(answers, placed, {
    facts: withIds(facts, placed),
    inputs,
    candidates: names,
  });
  const homes = [...new Set([...names, ...placed.map((guest) => guest.node)])];
  const snippets = facts.target.hasHost ? snippetPlace(answers, homes, facts) : { findings: [] };
  const pool = poolStep(answers, facts);

  const findings: Finding[] = [
    ...candidates.findings,
    ...placing,
    ...templates.findings,
    ...snippets.findings,
    ...[...groups.values()].flatMap((group) => group.findings),
  ];
  findings.push(...checkGuests({ answers, facts, guests: placed, sources: templates.sources }));
  findings.push(
    ...checkPrivileges(answers, {
      facts,
      guests: placed,
      sources: templates.sources,
      newPool: pool.length > 0,
    }),
  );

  const snippetHome = 'steps' in snippets ? snippets : undefined;
  const shares = planShares(answers, {
    nodes: homes,
    facts,
    inputs,
    snippets: snippetHome,
    sources: templates.sources,
  });
  findings.push(...shares.findings);
  const first = [...pool, ...shares.steps];
  const steps: Step[] = [...first, ...templates.steps, ...(snippetHome?.steps ?? [])];
  const rolls = rollOrder(answers, placed);
  findings.push(...checkAddresses({ answers, facts, guests: placed, rolled: [...rolls.keys()] }));
  const inherited =
    facts.guests.find((guest) => guest.template && guest.name === answers.template)?.config ?? {};
  const inTurn = rolledInTurn(placed, rolls);
  for (const guest of inTurn) {
    const group = groups.get(guest.group.name)!;
    const { content: ignition, given, findings: found } = group.of(guest);
    findings.push(...found);
    steps.push(
      ...guestSteps(guest, {
        answers,
        source: templates.sources.get(guest.node),
        inherited,
        places: shares.places,
        ignition,
        spec: specOf(answers, guest, given),
        fixedId: group.fixedIds,
        first: first.map((step) => step.id),
        roll: rolls.get(guest.name),
      }),
    );
  }
  const gone = goneGuests(answers, facts);
  const made = placed.filter((guest) => !guest.existing).map((guest) => lastStep(guest, answers));
  steps.push(...gone.flatMap((guest) => removalSteps(guest, facts, made)));
  const unused = unusedShares(answers, facts, {
    places: shares.places,
    inherited,
    endOf: (guest) => endOf(guest, placed),
  });
  steps.push(...unused.steps);
  findings.push(...unused.findings, ...checkStepPrivileges(unused.steps, facts));
  findings.push(
    ...lifeFindings(answers, { facts, placed, gone, groups, places: shares.places, inherited }),
    ...outOfSight(placed, facts),
  );
  steps.push(...presetSteps(preset, answers, { placed, steps, inputs }));
  findings.push(...presetFindings(preset, answers, { placed, gone, facts, inputs }));
  const ha = planHa(answers, { facts, guests: placed, prepared: homes, steps });
  findings.push(...ha.findings, ...checkStepPrivileges(ha.steps, facts));

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

function templatesFor(
  answers: ClusterAnswers,
  guests: readonly PlacedGuest[],
  { facts, inputs, candidates }: { facts: Facts; inputs: PlanInputs; candidates: readonly string[] },
): TemplatePlan {
  const nodes = [...new Set(guests.filter((guest) => !guest.existing).map((guest) => guest.node))].sort();
  if (answers.template !== undefined) return namedTemplate(answers.template, nodes, facts);
  const image = answers.image ?? '';
  const resolved = inputs.images.get(`${image}/${answers.ignition.transport}`);
  return imageTemplate({ ...answers, image }, nodes, { facts, image: resolved, candidates });
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

/** A guest that may be ours, on a node that cannot be asked: another one of its name would be its double. */
function outOfSight(guests: readonly PlacedGuest[], facts: Facts): Finding[] {
  return guests.flatMap((guest): Finding[] => {
    const hidden = facts.guests.find(
      (other) => !guest.existing && other.name === guest.name && isHidden(other, facts),
    );
    if (!hidden) return [];
    return [
      {
        severity: 'error',
        message: `${guest.name} may be guest ${hidden.vmid} on ${hidden.node}, which is offline and cannot be asked`,
        fix: `bring ${hidden.node} back, or remove that guest`,
      },
    ];
  });
}

/** The ids that this plan's own guests ask for are not free for its templates. */
function withIds(facts: Facts, guests: readonly PlacedGuest[]): Facts {
  const planned = guests.filter((guest) => !guest.existing).map((guest) => guest.vmid);
  return { ...facts, reserved: planned };
}

function unique(findings: readonly Finding[]): Finding[] {
  const first = new Map<string, Finding>();
  for (const finding of findings) if (!first.has(finding.message)) first.set(finding.message, finding);
  return [...first.values()];
}

function located(finding: Finding, prefix: string): Finding {
  return finding.path === undefined ? finding : { ...finding, path: `${prefix}.${finding.path}` };
}
