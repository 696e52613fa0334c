import type { Finding } from '../../plan/step.ts';
import { pictureLines } from '../picture/picture.ts';
import type { PlannedRun, PlannedStep } from '../session.ts';
import { counted } from '../text/durations.ts';
import { harmless } from '../text/harmless.ts';
import { asciiText, type Signs, signsFor } from '../text/signs.ts';
import { callLines, changeLines } from './call-lines.ts';

export interface PlanTextOptions {
  ascii: boolean;
  /** Columns. */
  width: number;
  /** Each step with its exact calls. */
  verbose: boolean;
}

/** A plan for people without the terminal UI: picture, findings, steps, and how many of them there are. */
export function planText(planned: PlannedRun, { ascii, width, verbose }: PlanTextOptions): string[] {
  const signs = signsFor(ascii);
  const { plan, steps } = planned;
  const lines = [
    harmless(plan.title),
    ...(plan.picture ? ['', ...pictureLines(plan.picture, { signs, width })] : []),
    '',
    ...plan.findings.flatMap((finding) => findingLines(finding, signs)),
    ...steps.flatMap((step) => stepLines(step, { signs, verbose })),
    ...(steps.length === 0 ? ['nothing to do'] : []),
    '',
    countLine(planned, signs),
  ];
  return ascii ? lines.map(asciiText) : lines;
}

/** `+ 14 to do · 3 already so · ! 1 remark`. */
function countLine({ plan, steps }: PlannedRun, signs: Signs): string {
  const needed = steps.filter((step) => step.needed).length;
  const errors = plan.findings.filter((finding) => finding.severity === 'error').length;
  const remarks = plan.findings.length - errors;
  return [
    `${signs.todo} ${needed} to do`,
    `${signs.dot} ${steps.length - needed} already so`,
    ...(remarks > 0 ? [`${signs.dot} ${signs.warning} ${counted(remarks, 'remark')}`] : []),
    ...(errors > 0 ? [`${signs.dot} ${signs.failed} ${counted(errors, 'error')}`] : []),
  ].join(' ');
}

export function findingSign(finding: Finding, signs: Signs): string {
  if (finding.severity === 'error') return signs.failed;
  return finding.severity === 'warning' ? signs.warning : signs.idle;
}

function findingLines(finding: Finding, signs: Signs): string[] {
  const place = finding.path ? `${harmless(finding.path)}: ` : '';
  return [
    `${findingSign(finding, signs)} ${place}${harmless(finding.message)}`,
    ...(finding.fix ? [`  ${signs.active} ${harmless(finding.fix)}`] : []),
  ];
}

function stepLines(step: PlannedStep, { signs, verbose }: { signs: Signs; verbose: boolean }): string[] {
  const title = harmless(step.title);
  if (!step.needed) return [`${signs.idle} ${title}${step.why ? `: ${harmless(step.why)}` : ''}`];
  // What somebody changed by hand, or the answers change in place, is seen without asking for the calls.
  const calls = step.calls.flatMap(verbose ? callLines : changeLines).map((line) => `    ${line}`);
  return [`${signs.todo} ${title}`, ...calls];
}
