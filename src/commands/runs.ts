import type { TargetAnswers } from '../answers/target.ts';
import type { CommandLine } from '../cli.ts';
import type { Env } from '../env.ts';
import { CancelledError, UsageError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { readJournal } from '../run/journal.ts';
import { recordOf } from '../run/record.ts';
import { runLines, stepLines } from '../view/run/list.ts';
import { exitCode } from './apply.ts';
import { confirm } from './ask.ts';
import { runView } from './people.ts';
import { findRun, listRuns, statusOf } from './running/past-runs.ts';
import { resumeRun, undoRun } from './running/run-plan.ts';
import { runsFolder } from './running/runs-folder.ts';
import { openTargetOf } from './targets/open-target.ts';
import { wantsAscii } from './wants-ascii.ts';

/** `runs`: what was done here, and the ways on and back. */
export async function runs(line: CommandLine, env: Env): Promise<number> {
  const [what = 'list', given] = line.operands;
  if (what === 'list' && given === undefined) return list(line, env);
  if (!['show', 'resume', 'undo'].includes(what) || given === undefined) {
    throw new UsageError('runs wants list, show ID, resume ID or undo ID', { fix: 'proxwright runs list' });
  }
  const run = await findRun(given, env);
  if (what === 'show') return show(run, line, env);
  const { head } = await readJournal(runsFolder(env), run);
  // A script that names a run means it; a person at a terminal may have mistyped.
  const mayAsk = env.stdin.isTTY === true && !line.switches.has('yes') && !line.switches.has('json');
  if (what === 'undo' && mayAsk && !(await confirm(`Take back all that run ${run} made?`, env)))
    throw new CancelledError('nothing was taken back');
  const target = await openTargetOf(line, env, head.target as unknown as TargetAnswers);
  try {
    const options = { target, env, emit: runView(line, env), signal: env.signal };
    return exitCode(await (what === 'resume' ? resumeRun(run, options) : undoRun(run, options)));
  } finally {
    await target.close();
  }
}

async function list({ switches }: CommandLine, env: Env): Promise<number> {
  const all = await listRuns(env);
  if (switches.has('json')) env.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
  else
    for (const text of runLines(all, { ascii: wantsAscii(switches, env), now: Date.now() }))
      env.stdout.write(`${text}\n`);
  return 0;
}

async function show(run: string, { switches }: CommandLine, env: Env): Promise<number> {
  const journal = await readJournal(runsFolder(env), run);
  const record = recordOf(journal);
  const status = statusOf(record, env);
  const { steps: planned } = journal.head.plan as unknown as Plan;
  const titles = new Map(planned.map((step) => [step.id, step.title]));
  const steps = [...record.steps].map(([id, { state, receipt }]) => ({
    id,
    title: titles.get(id) ?? id,
    state,
    receipt,
  }));
  if (switches.has('json')) {
    const { title, target, started } = record;
    env.stdout.write(`${JSON.stringify({ run, title, target, started, status, steps }, null, 2)}\n`);
    return 0;
  }
  const texts = stepLines(
    { run, title: record.title, target: record.target, status, steps },
    wantsAscii(switches, env),
  );
  for (const text of texts) env.stdout.write(`${text}\n`);
  return 0;
}
