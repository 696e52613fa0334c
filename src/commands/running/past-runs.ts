import { readdir } from 'node:fs/promises';
import { closest, distance } from 'fastest-levenshtein';
import type { Env } from '../../env.ts';
import { RunError, UsageError } from '../../errors.ts';
import { readJournal } from '../../run/journal.ts';
import { type RunRecord, recordOf } from '../../run/record.ts';
import type { RunSummary } from '../../view/session.ts';
import { runsFolder } from './runs-folder.ts';
import { stateTrouble } from './state-trouble.ts';

/** Ids of all runs on this machine, newest first: they begin with their time. */
async function runIds(env: Env): Promise<string[]> {
  const names = await readdir(runsFolder(env)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw stateTrouble(error);
  });
  return names
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => name.slice(0, -'.jsonl'.length))
    .sort()
    .reverse();
}

/** Every run in a line. One whose journal is damaged is shown as such, and hides no other. */
export async function listRuns(env: Env): Promise<RunSummary[]> {
  return Promise.all((await runIds(env)).map((id) => summaryOf(id, env)));
}

async function summaryOf(id: string, env: Env): Promise<RunSummary> {
  try {
    const record = recordOf(await readJournal(runsFolder(env), id));
    const steps = [...record.steps.values()];
    const done = steps.filter((step) => step.state === 'done' || step.state === 'unchanged').length;
    const { title, target, started } = record;
    return { id, title, target, started, status: statusOf(record, env), done, total: steps.length };
  } catch (error) {
    const why = error instanceof RunError ? `${error.message} (${error.where ?? ''})` : String(error);
    return { id, title: why, target: '', started: 0, status: 'failed', done: 0, total: 0 };
  }
}

export function statusOf(record: RunRecord, env: Env): RunSummary['status'] {
  if (record.undone) return 'undone';
  if (record.status) return record.status;
  const here = record.process.machine === env.machine;
  return !here || env.isAlive(record.process.pid) ? 'running' : 'interrupted';
}

/** The full id for an id or the beginning of one. */
export async function findRun(given: string, env: Env): Promise<string> {
  const ids = await runIds(env);
  const found = ids.filter((id) => id.startsWith(given.toUpperCase()));
  if (found.length === 1) return found[0]!;
  if (found.length > 1)
    throw new UsageError(`${given} is the beginning of ${found.length} runs: ${found.join(', ')}`);
  throw new UsageError(`there is no run ${given}`, {
    fix: ids.length > 0 ? `${meant(given, ids)}proxwright runs list` : 'no run was made on this machine yet',
  });
}

/** Ids begin with their time, so that all of them are alike; only a slip of the finger is worth a guess. */
function meant(given: string, ids: readonly string[]): string {
  const near = closest(given.toUpperCase(), ids);
  return distance(given.toUpperCase(), near) <= 3 ? `did you mean ${near}? ` : '';
}

/** The newest run of this title on this target, where it did not come to a good end. */
export async function newestUnfinished(
  { title, target }: Pick<RunSummary, 'title' | 'target'>,
  env: Env,
): Promise<string | undefined> {
  const newest = (await listRuns(env)).find((run) => run.title === title && run.target === target);
  return newest && ['failed', 'cancelled', 'interrupted'].includes(newest.status) ? newest.id : undefined;
}
