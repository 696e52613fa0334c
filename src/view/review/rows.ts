import type { PlannedRun } from '../session.ts';
import type { Cell } from '../text/cells.ts';
import { brokenLines, cutMiddle, wrapWords } from '../text/fit.ts';
import { harmless } from '../text/harmless.ts';
import type { Signs } from '../text/signs.ts';
import { callLines } from './call-lines.ts';
import { findingSign } from './plan-text.ts';

/** One row of the review's list; rows of a step's calls carry the step's id too. */
export interface ReviewRow {
  id: string;
  step?: string;
  cells: Cell[];
}

/** Findings, worst first, then the steps; opened ones with their exact calls, secrets masked. */
export function reviewRows(
  planned: PlannedRun,
  { expanded, signs, width }: { expanded: ReadonlySet<string>; signs: Signs; width: number },
): ReviewRow[] {
  const order = ['error', 'warning', 'info'];
  const findings = [...planned.plan.findings].sort(
    (one, other) => order.indexOf(one.severity) - order.indexOf(other.severity),
  );
  return [
    ...findings.flatMap((finding, at) => findingRows(finding, { at, signs, width })),
    ...planned.steps.flatMap((step) => stepRows(step, { open: expanded.has(step.id), signs, width })),
  ];
}

/** A remark is never cut: it takes as many rows as it needs. */
function findingRows(
  finding: PlannedRun['plan']['findings'][number],
  { at, signs, width }: { at: number; signs: Signs; width: number },
): ReviewRow[] {
  const as = finding.severity === 'error' ? 'failed' : finding.severity === 'warning' ? 'warning' : 'dim';
  const said = finding.severity === 'error' ? 'must change:' : 'remark:';
  // No path: what is meant stands in the message, and the wizard goes there by itself.
  const lines = wrapWords(harmless(finding.message), width - 2);
  const fixes = finding.fix ? wrapWords(harmless(finding.fix), width - 4) : [];
  return [
    ...lines.map((line, part) => ({
      id: `finding ${at} ${part}`,
      cells: [
        { text: part === 0 ? `${findingSign(finding, signs)} ` : '  ', as, said: part === 0 ? said : '' },
        { text: line, grow: true, as },
      ] satisfies Cell[],
    })),
    ...fixes.map((line, part) => ({
      id: `fix ${at} ${part}`,
      cells: [
        {
          text: part === 0 ? `  ${signs.active} ` : '    ',
          as: 'accent',
          said: part === 0 ? 'what to do:' : '',
        },
        { text: line, grow: true },
      ] satisfies Cell[],
    })),
  ];
}

function stepRows(
  step: PlannedRun['steps'][number],
  { open, signs, width }: { open: boolean; signs: Signs; width: number },
): ReviewRow[] {
  const title = cutMiddle(harmless(step.title), width - 2, signs.ellipsis);
  const row: ReviewRow = {
    id: `step ${step.id}`,
    step: step.id,
    cells: step.needed
      ? [
          { text: `${signs.todo} `, as: 'accent', said: 'to do:' },
          { text: title, grow: true },
        ]
      : [
          { text: `${signs.idle} `, as: 'dim', said: 'already so:' },
          { text: title, as: 'dim' },
          { text: step.why ? `  ${harmless(step.why)}` : '', as: 'dim', grow: true },
        ],
  };
  return open ? [row, ...callRows(step, width)] : [row];
}

/** The calls of a step as rows; nothing of them is cut, long lines go on in the next row. */
export function callRows(step: PlannedRun['steps'][number], width: number): ReviewRow[] {
  const lines = step.calls.length > 0 ? step.calls.flatMap(callLines) : ['nothing is sent'];
  return lines
    .flatMap((line) => brokenLines(line, width - 4))
    .map((line, at) => ({
      id: `call ${at} of ${step.id}`,
      step: step.id,
      cells: [{ text: `    ${line}`, grow: true, as: 'dim' }],
    }));
}
