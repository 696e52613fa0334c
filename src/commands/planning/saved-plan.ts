import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Env } from '../../env.ts';
import { RunError, UsageError } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';
import { serializePlan } from '../../plan/serialize.ts';
import type { Json } from '../../plan/step.ts';
import type { OpenedTarget } from '../targets/open-target.ts';
import { writeAsked } from '../write-asked.ts';
import { type Prepared, prepare } from './prepare.ts';
import type { ReadAnswers } from './read-answers.ts';

/**
 * What `plan --out` writes. It holds no secret, so `apply` reads the answers again and carries the plan out
 * only if it comes out the same.
 */
interface SavedPlan {
  type: 'proxwright-plan';
  format: 1;
  seed: string;
  /** The way to the target, without secrets, and its name for people. */
  target: { reference: Json; label: string };
  /** What the check of each step said: whether there was anything to do. */
  needed: Readonly<Record<string, boolean>>;
  answers: { file: string; sha256: string }[];
  plan: Json;
}

export interface SavedPlanFile extends SavedPlan {
  name: string;
  files: readonly string[];
}

export async function savePlan(
  prepared: Prepared,
  read: ReadAnswers,
  { file, target, env }: { file: string; target: OpenedTarget; env: Env },
): Promise<void> {
  const saved: SavedPlan = {
    type: 'proxwright-plan',
    format: 1,
    seed: prepared.facts.seed,
    target: { reference: target.reference, label: target.label },
    needed: neededOf(prepared),
    answers: read.files.map(({ name, text }) => ({
      file: path.resolve(env.cwd, name),
      sha256: sha256(text),
    })),
    plan: serializePlan(prepared.plan).plan,
  };
  await writeAsked(file, `${JSON.stringify(saved, null, 2)}\n`, env);
}

/** The saved plan, or false where the file is something else (an answer file, most likely). */
export function isSavedPlan(name: string, { cwd }: Env): SavedPlanFile | false {
  const file = path.resolve(cwd, name);
  if (!name.endsWith('.json') || !existsSync(file)) return false;
  try {
    const value = JSON.parse(readFileSync(file, 'utf8')) as SavedPlan;
    if (value.type !== 'proxwright-plan') return false;
    if (value.format !== 1 || !value.target || !value.needed) {
      throw new RunError(`${name} was saved by another version of proxwright`, { fix: 'plan anew' });
    }
    return { ...value, name, files: value.answers.map((answer) => answer.file) };
  } catch (error) {
    if (error instanceof RunError) throw error;
    return false;
  }
}

/** Plans again from the same answers with the same seed, and refuses what does not come out the same. */
export async function prepareSaved(
  saved: SavedPlanFile,
  read: ReadAnswers,
  { target, env, skip }: { target: OpenedTarget; env: Env; skip?: readonly string[] },
): Promise<Prepared> {
  if (saved.target.label !== target.label) {
    throw new UsageError(`${saved.name} was made for ${saved.target.label}, not for ${target.label}`, {
      fix: 'leave --target out, or plan anew',
    });
  }
  const changed = saved.answers.filter(({ file, sha256: sum }) =>
    read.files.some(({ name, text }) => path.resolve(env.cwd, name) === file && sha256(text) !== sum),
  );
  const again = { fix: 'plan anew, and read what is different now' };
  if (changed.length > 0) {
    throw new RunError(
      `${changed.map(({ file }) => file).join(', ')} changed since ${saved.name} was made`,
      again,
    );
  }
  const prepared = await prepare(read.answers.jobs, {
    target,
    env,
    goal: 'apply',
    seed: saved.seed,
    ...(skip ? { skip } : {}),
  });
  const [was, is] = [stepsOf(saved.plan), stepsOf(serializePlan(prepared.plan).plan)];
  const needed = neededOf(prepared);
  const different = [...new Set([...was.keys(), ...is.keys()])].filter(
    (id) => was.get(id) !== is.get(id) || saved.needed[id] !== needed[id],
  );
  if (different.length > 0) {
    throw new RunError(`the target changed since ${saved.name} was made`, {
      why: `other now: ${different.slice(0, 5).join(', ')}${different.length > 5 ? ` and ${different.length - 5} more` : ''}`,
      ...again,
    });
  }
  return prepared;
}

function neededOf({ steps }: Prepared): Record<string, boolean> {
  return Object.fromEntries(steps.map(({ id, needed }) => [id, needed]));
}

/** Id → the step as text. What is shown beside the steps (free memory, remarks) may differ. */
function stepsOf(plan: Json): Map<string, string> {
  const { steps } = plan as unknown as Pick<Plan, 'steps'>;
  return new Map(steps.map((step) => [step.id, JSON.stringify(step)]));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
