import type { TargetAnswers } from '../answers/target.ts';
import type { CommandLine } from '../cli.ts';
import type { Env } from '../env.ts';
import { CancelledError, UsageError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import type { Outcome } from '../run/execute.ts';
import { readJournal } from '../run/journal.ts';
import type { PlannedRun } from '../view/session.ts';
import { confirm } from './ask.ts';
import { runView, tellPlan } from './people.ts';
import { refuseIll, skippedIds } from './planning/preflight.ts';
import { prepare, refuseErrors } from './planning/prepare.ts';
import { type ReadAnswers, readAnswers } from './planning/read-answers.ts';
import { isSavedPlan, prepareSaved, type SavedPlanFile } from './planning/saved-plan.ts';
import { newestUnfinished } from './running/past-runs.ts';
import { resumeRun, runPlan } from './running/run-plan.ts';
import { runsFolder } from './running/runs-folder.ts';
import { openTargetOf } from './targets/open-target.ts';

/** `apply` and `destroy`: plan, show, ask, do. */
export async function apply(
  line: CommandLine,
  env: Env,
  goal: 'apply' | 'destroy' = 'apply',
): Promise<number> {
  const { operands } = line;
  const saved = goal === 'apply' && operands.length === 1 && isSavedPlan(operands[0] ?? '', env);
  const read = readAnswers(saved ? saved.files : operands, env);
  return applyAnswers(read, { line, env, goal, saved });
}

/** The same for answers that were read already; `saved` is the plan that was made of them, if one was. */
export async function applyAnswers(
  read: ReadAnswers,
  {
    line,
    env,
    goal = 'apply',
    saved = false,
  }: { line: CommandLine; env: Env; goal?: 'apply' | 'destroy'; saved?: SavedPlanFile | false },
): Promise<number> {
  const { switches } = line;
  // A saved plan knows its way; secrets that the answers hold are not in it.
  const way = saved && { ...(saved.target.reference as unknown as TargetAnswers), ...read.answers.target };
  const target = await openTargetOf(line, env, way || read.answers.target);
  try {
    const prepared = saved
      ? await prepareSaved(saved, read, { target, env, skip: skippedIds(line.values) })
      : await prepare(read.answers.jobs, { target, env, goal, skip: skippedIds(line.values) });
    const view = runView(line, env);
    const options = { target, env, emit: view, signal: env.signal };
    const dryRun = switches.has('dry-run');
    if (switches.has('resume') && !dryRun) {
      const past = await newestUnfinished({ title: prepared.plan.title, target: target.label }, env);
      if (past) {
        await refuseOtherAnswers(past, prepared, { line, env });
        return exitCode(await resumeRun(past, options));
      }
    }
    refuseErrors(prepared.plan, read.locate);
    refuseIll(prepared, { line, env });
    if (!switches.has('json')) tellPlan(prepared, line, env);
    const needed = prepared.steps.some((step) => step.needed);
    if (needed && !dryRun && !switches.has('yes')) await askFirst(goal, env);
    return exitCode(await runPlan(prepared, prepared.facts, { ...options, dryRun }));
  } finally {
    await target.close();
  }
}

export function exitCode({ status }: Pick<Outcome, 'status'>): number {
  return { ok: 0, failed: 1, cancelled: 130 }[status];
}

async function askFirst(goal: 'apply' | 'destroy', env: Env): Promise<void> {
  if (!env.stdin.isTTY) {
    throw new UsageError('the plan needs a yes, and there is no terminal to ask at', {
      fix: 'read it with `proxwright plan FILE…`, then add --yes',
    });
  }
  const question = goal === 'destroy' ? 'Remove all this?' : 'Do this?';
  if (!(await confirm(question, env))) throw new CancelledError('nothing was done');
}

/** A run is gone on with as it was planned: what changed in the answers since would be passed over in silence. */
async function refuseOtherAnswers(
  run: string,
  { plan }: Pick<PlannedRun, 'plan'>,
  { line, env }: { line: CommandLine; env: Env },
): Promise<void> {
  const { head } = await readJournal(runsFolder(env), run);
  const { source } = head.plan as unknown as Pick<Plan, 'source'>;
  if (source === undefined || source === plan.source) return;
  throw new UsageError(`the answers, or files that they name, changed since run ${run} was begun`, {
    why: 'to resume is to go on with that run as it was planned, with the answers of then',
    fix: `with the new answers: proxwright ${line.command} ${line.operands.join(' ')} (what was made stays, and is completed); with the old ones: proxwright runs resume ${run}`,
  });
}
