import type { Job } from '../../answers/load.ts';
import type { Env } from '../../env.ts';
import { AnswersError, type Issue } from '../../errors.ts';
import type { Facts } from '../../facts/facts.ts';
import { readFacts } from '../../facts/read.ts';
import type { Host } from '../../hosts/host.ts';
import { inOrder } from '../../plan/order.ts';
import { joinPlans, type Plan } from '../../plan/plan.ts';
import { verbOf } from '../../run/execute.ts';
import { verbs } from '../../steps/all.ts';
import type { MapDirectoryArgs } from '../../steps/map-directory.ts';
import type { Target } from '../../target.ts';
import type { PlannedRun } from '../../view/session.ts';
import { workflowById } from '../../workflows/all.ts';
import { askOnce } from './ask-once.ts';
import { withFileDiffs } from './file-diffs.ts';
import { withKea } from './kea-facts.ts';
import { lookHere, placedJob } from './machine-here.ts';
import { planInputs } from './plan-inputs.ts';
import { seenTexts } from './plan-source.ts';
import { startPreflight } from './preflight.ts';
import type { ReadAnswers } from './read-answers.ts';
import { planSeed, secretSeed } from './seed.ts';

/** A plan with all that it was made from. */
export interface Prepared extends PlannedRun {
  facts: Facts;
}

export interface PrepareOptions {
  target: Target;
  env: Env;
  goal: 'apply' | 'destroy';
  seed?: string;
  /** The doctor looks, too, at all that the answers need but these checks; left out: it does not. */
  skip?: readonly string[];
}

/**
 * Reads the facts, and all that the answers name; then plans. Findings that are errors do not throw. The
 * doctor's stand before the plan's own.
 */
export async function prepare(jobs: readonly Job[], options: PrepareOptions): Promise<Prepared> {
  const { target, env, goal, skip } = options;
  if (skip === undefined || goal === 'destroy') return prepareUnseen(jobs, options);
  const shared = { ...target, pve: askOnce(target.pve, env.signal) };
  const doctor = startPreflight(jobs, { target: shared, env, skip });
  try {
    const prepared = await prepareUnseen(jobs, { ...options, target: shared });
    const findings = [...(await doctor.findings(prepared)), ...prepared.plan.findings];
    return { ...prepared, plan: { ...prepared.plan, findings } };
  } finally {
    await doctor.stop();
  }
}

async function prepareUnseen(
  given: readonly Job[],
  { target, env, goal, seed }: PrepareOptions,
): Promise<Prepared> {
  const jobs = given.map((job) => placedJob(job, env));
  const here = await lookHere(jobs, env);
  const basic: Facts = { ...(await factsOf(target, env, seed)), ...(here ? { here } : {}) };
  const ids = jobs.map(({ workflow }) => workflow);
  const facts = await withKea(basic, ids, { target, env });
  const seen = seenTexts(await secretSeed(env, 'plan source'));
  const plans = goal === 'destroy' ? removals(jobs, facts) : [];
  for (const job of goal === 'apply' ? jobs : []) {
    const known = withPlanned(facts, plans);
    const inputs = await planInputs(job, { facts, target, env, seen });
    plans.push(workflowById(job.workflow).plan(job.answers, known, inputs));
  }
  const host = (node: string): Host | undefined => target.host(node);
  const plan = { ...withoutConflicts(joinPlans(plans)), source: seen.mark(jobs, goal) };
  return { ...(await withFileDiffs(planned(plan, facts), { facts, host })), facts };
}

/** What several sections share goes with the last of them, so each must know what goes by the others. */
function removals(jobs: readonly Job[], facts: Facts): Plan[] {
  const plansWith = (known: Facts): Plan[] =>
    jobs.map(({ workflow, answers, path }) => located(workflowById(workflow).destroy(answers, known), path));
  const gone = new Set(
    plansWith(facts).flatMap(({ guests }) =>
      guests.flatMap(({ change, vmid }) => (change === 'remove' ? vmid : [])),
    ),
  );
  return plansWith({ ...facts, leaving: facts.guests.filter(({ vmid }) => gone.has(vmid)) });
}

/** Paths of findings from the beginning of the file, as a plan's own are. */
function located(plan: Plan, prefix: string): Plan {
  const findings = plan.findings.map((finding) =>
    finding.path === undefined ? finding : { ...finding, path: `${prefix}.${finding.path}` },
  );
  return { ...plan, findings };
}

export async function factsOf(target: Target, env: Env, seed?: string): Promise<Facts> {
  return readFacts({
    target: target.facts,
    pve: target.pve,
    host: (node) => target.host(node),
    seed: seed ?? (await planSeed(env)),
    signal: env.signal,
  });
}

/** Each step with its exact calls and what its check says: all pure. */
export function planned(plan: Plan, facts: Facts): PlannedRun {
  const steps = inOrder(plan.steps).map((step) => {
    const verb = verbOf(step, verbs);
    const verdict = verb.check(step.args, facts);
    const { id, title } = step;
    return {
      id,
      title,
      needed: verdict.needed,
      calls: verb.calls(step.args, facts),
      ...(verdict.why ? { why: verdict.why } : {}),
    };
  });
  return { plan: { ...plan, steps: inOrder(plan.steps) }, steps };
}

/** Throws what in the answers keeps a plan from being run, each error with its place there. */
export function refuseErrors(plan: Plan, locate?: ReadAnswers['locate']): void {
  const errors = plan.findings.filter(({ severity, check }) => severity === 'error' && check === undefined);
  if (errors.length === 0) return;
  const issues = errors.map(({ message, path, fix }): Issue => {
    const place = path ? locate?.(path) : undefined;
    return {
      severity: 'error',
      message: fix ? `${message}\n  → ${fix}` : message,
      ...(path ? { path } : {}),
      ...place,
    };
  });
  throw new AnswersError(issues);
}

/** What an earlier section of the same answers will make is taken for the next: ids, addresses, memory, shares. */
function withPlanned(given: Facts, plans: readonly Plan[]): Facts {
  const facts = { ...given, mappings: withMappings(given.mappings, plans) };
  const made = plans
    .flatMap((plan) => plan.guests)
    .filter(({ change }) => change === 'create' || change === 'replace');
  if (made.length === 0) return facts;
  return {
    ...facts,
    nodes: facts.nodes.map((node) => {
      // What takes another guest's place takes its memory, too.
      const taken = made
        .filter((guest) => guest.node === node.name && guest.change === 'create')
        .reduce((sum, guest) => sum + guest.memory, 0);
      return { ...node, memory: { ...node.memory, free: node.memory.free - taken } };
    }),
    guests: [
      ...facts.guests,
      ...made.map((guest) => ({
        vmid: guest.vmid,
        type: 'qemu' as const,
        node: guest.node,
        name: guest.name,
        status: 'planned',
        template: false,
        tags: [],
        macs: guest.macs,
        addresses: (guest.fixed ?? []).map(({ address }) => address),
        segments: (guest.fixed ?? []).map(({ segment }) => segment),
      })),
    ],
  };
}

function withMappings(known: Facts['mappings'], plans: readonly Plan[]): Facts['mappings'] {
  const all = new Map(known.map((mapping) => [mapping.id, mapping]));
  for (const { verb, args } of plans.flatMap((plan) => plan.steps)) {
    if (verb !== 'map-directory') continue;
    const { id, paths, description } = args as MapDirectoryArgs;
    const there = all.get(id);
    all.set(id, { description, ...there, id, paths: { ...there?.paths, ...paths } });
  }
  return [...all.values()];
}

/** What one section no longer needs stays where another one wants it. */
function withoutConflicts(plan: Plan): Plan {
  const said = ({ args }: Plan['steps'][number]) => args as { id?: string; node?: string; path?: string };
  const named = (step: Plan['steps'][number]): string => {
    const { id = '', node = '', path: file = '' } = said(step);
    return `${id} ${node} ${file}`;
  };
  const wanted = new Set(
    plan.steps.filter(({ verb }) => verb === 'map-directory' || verb === 'write-file').map(named),
  );
  const isUnwanted = (step: Plan['steps'][number]): boolean =>
    (step.verb === 'unmap-directory' || step.verb === 'remove-file') && wanted.has(named(step));
  return { ...plan, steps: plan.steps.filter((step) => !isUnwanted(step)) };
}
