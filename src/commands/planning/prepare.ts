import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Job } from '../../answers/load.ts';
import type { FilesDir } from '../../butane/files-dir.ts';
import { realFilesDir } from '../../butane/real-files.ts';
import type { Env } from '../../env.ts';
import { AnswersError, type Issue, ProxwrightError } from '../../errors.ts';
import type { Facts } from '../../facts/facts.ts';
import { readFacts } from '../../facts/read.ts';
import type { Host } from '../../hosts/host.ts';
import { findImage } from '../../images/catalogue.ts';
import { type ResolvedImage, resolveImage } from '../../images/resolve.ts';
import { inOrder } from '../../plan/order.ts';
import { joinPlans, type Plan } from '../../plan/plan.ts';
import { verbOf } from '../../run/execute.ts';
import { verbs } from '../../steps/all.ts';
import type { Target } from '../../target.ts';
import type { PlannedRun } from '../../view/session.ts';
import { workflowById } from '../../workflows/all.ts';
import type { PlanInputs } from '../../workflows/workflow.ts';
import { askOnce } from './ask-once.ts';
import { withFileDiffs } from './file-diffs.ts';
import { withKea } from './kea-facts.ts';
import { lookHere, placedJob } from './machine-here.ts';
import { probeNodes } from './node-probes.ts';
import { startPreflight } from './preflight.ts';
import { fileBeside, type ReadAnswers } from './read-answers.ts';
import { readTexts } from './read-texts.ts';
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
  const plans: Plan[] = [];
  for (const job of jobs) {
    const workflow = workflowById(job.workflow);
    const known = withPlanned(facts, plans);
    plans.push(
      goal === 'destroy'
        ? located(workflow.destroy(job.answers, known), job.path)
        : workflow.plan(job.answers, known, await inputsOf(job, { facts, target, env })),
    );
  }
  const host = (node: string): Host | undefined => target.host(node);
  return { ...(await withFileDiffs(planned(joinPlans(plans), facts), { facts, host })), facts };
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

async function inputsOf(
  job: Job,
  { facts, target, env }: { facts: Facts; target: Target; env: Env },
): Promise<PlanInputs> {
  const workflow = workflowById(job.workflow);
  const issues: Issue[] = [];
  const files = new Map<string, string>();
  for (const { path: at, file } of workflow.files(job.answers)) {
    const name = fileBeside(file, job.file, env);
    try {
      files.set(file, await readFile(name, 'utf8'));
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      const message = missing
        ? `there is no file ${name}`
        : `${name} cannot be read: ${(error as Error).message}`;
      issues.push({ severity: 'error', path: `${job.path}.${at}`, file: job.file, message });
    }
  }
  if (issues.length > 0) throw new AnswersError(issues);
  const images = new Map<string, ResolvedImage>();
  for (const { image, transport } of workflow.images(job.answers, facts)) {
    images.set(
      `${image}/${transport}`,
      await resolve(image, { transport, target, env, path: `${job.path}.image`, file: job.file }),
    );
  }
  const filesDir = (file: string): FilesDir => {
    const name = fileBeside(file, job.file, env);
    return realFilesDir(path.dirname(name), env.cwd);
  };
  const host = (node: string): Host | undefined => target.host(node);
  const probes = await probeNodes(workflow.probes(job.answers), { facts, host });
  const texts = await readTexts(workflow.reads?.(job.answers, facts), host);
  const secret = await secretSeed(env, facts.seed);
  return { files, images, filesDir, ...probes, texts, secretSeed: secret, path: job.path };
}

async function resolve(
  image: string,
  {
    transport,
    target,
    env,
    path,
    file,
  }: { transport: 'cloud-init' | 'fw_cfg'; target: Target; env: Env; path: string; file: string },
): Promise<ResolvedImage> {
  try {
    // Proxmox VE itself is amd64 only.
    return await resolveImage(findImage(image), {
      arch: 'amd64',
      transport,
      fetch: target.fetch,
      ...(target.imageKeys.length > 0 ? { keys: target.imageKeys } : {}),
      signal: env.signal,
    });
  } catch (error) {
    if (!(error instanceof ProxwrightError) || error.exitCode !== 2) throw error;
    const message = error.fix ? `${error.message} (${error.fix})` : error.message;
    throw new AnswersError([{ severity: 'error', path, file, message }], { cause: error });
  }
}

/** What an earlier section of the same answers will make is taken for the next: ids, addresses, memory. */
function withPlanned(facts: Facts, plans: readonly Plan[]): Facts {
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
        addresses: guest.address === 'dhcp' ? [] : [guest.address.split('/')[0] ?? ''],
      })),
    ],
  };
}
