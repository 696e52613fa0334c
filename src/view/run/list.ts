import type { RunSummary } from '../session.ts';
import { agoText } from '../text/durations.ts';
import { harmless } from '../text/harmless.ts';
import { type Signs, signsFor } from '../text/signs.ts';
import { tableLines } from '../text/table.ts';
import { runStatusText } from './status.ts';

/** Past runs as a table for people, newest first. */
export function runLines(
  runs: readonly RunSummary[],
  { ascii, now }: { ascii: boolean; now: number },
): string[] {
  if (runs.length === 0) return ['No run was made on this machine yet.'];
  const signs = signsFor(ascii);
  const rows = runs.map((run) => [
    run.id,
    runStatusText(run.status, signs).text,
    harmless(run.title),
    harmless(run.target),
    `${run.done} of ${run.total}`,
    run.started > 0 ? agoText(run.started, now) : '',
  ]);
  return tableLines([['run', 'status', 'what', 'target', 'steps', 'begun'], ...rows]);
}

export interface ShownRun {
  run: string;
  title: string;
  target: string;
  status: RunSummary['status'];
  steps: readonly { title: string; state: string }[];
}

/** One run with its steps, and the ways on and back. */
export function stepLines({ run, title, target, status, steps }: ShownRun, ascii: boolean): string[] {
  const signs = signsFor(ascii);
  return [
    `${harmless(title)} on ${harmless(target)}: ${runStatusText(status, signs).text}`,
    ...steps.map(
      (step) =>
        `  ${stateSign(step.state, signs)} ${harmless(step.title)}${step.state === 'done' ? '' : `  (${step.state})`}`,
    ),
    ...(status === 'ok' || status === 'undone' || status === 'running'
      ? []
      : [`${signs.active} go on: proxwright runs resume ${run}`]),
    ...(status === 'undone' || status === 'running'
      ? []
      : [`${signs.active} take it back: proxwright runs undo ${run}`]),
  ];
}

function stateSign(state: string, signs: Signs): string {
  if (state === 'done') return signs.ok;
  if (state === 'failed') return signs.failed;
  return state === 'begun' ? signs.warning : signs.idle;
}
