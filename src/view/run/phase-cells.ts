import type { Cell } from '../text/cells.ts';
import { durationText } from '../text/durations.ts';
import { textWidth } from '../text/fit.ts';
import { harmless } from '../text/harmless.ts';
import type { Signs } from '../text/signs.ts';
import { barText, stepSign } from './cells.ts';
import type { PhaseState } from './phase-state.ts';
import type { StepState } from './state.ts';

/** A phase of a step, in a row of its own. */
export interface PhaseRow {
  step: StepState;
  phase: PhaseState;
}

/** The phases of a step that is at work or failed, as many as fit into `height`: those around the one it is in. */
export function phaseRows(step: StepState, height: number): PhaseRow[] {
  const phases = step.phaseStates ?? [];
  if (step.status !== 'running' && step.status !== 'failed') return [];
  const at = phases.findLastIndex(({ status }) => status !== 'waiting');
  const first = Math.max(0, Math.min(at - Math.floor(height / 2), phases.length - height));
  return phases.slice(first, first + Math.max(0, height)).map((phase) => ({ step, phase }));
}

/** Sign, title, a bar while it goes on, and how long it took, now and the last time. */
export function phaseCells(
  { step, phase }: PhaseRow,
  { signs, width, now }: { signs: Signs; width: number; now: number },
): Cell[] {
  const widest = Math.max(...(step.phaseStates ?? []).map(({ title }) => textWidth(harmless(title))));
  const usual = phase.usual === undefined ? '' : durationText(phase.usual);
  return [
    { text: '  ', said: '' },
    stepSign(phase, signs),
    {
      text: harmless(phase.title),
      width: Math.min(widest, Math.floor(width * 0.4)),
      cutAt: 'middle',
      as: phase.status === 'waiting' ? 'dim' : 'plain',
    },
    { text: '  ', said: '' },
    ...barCells(phase, { signs, width }),
    { text: timeOf(phase, now), width: 11, align: 'right', as: 'dim' },
    { text: usual ? ` last ${usual}` : '', as: 'dim', grow: true, said: usual && `last time ${usual}` },
  ];
}

function barCells(
  { status, fraction }: PhaseState,
  { signs, width }: { signs: Signs; width: number },
): Cell[] {
  const room = width >= 96 ? 24 : width >= 70 ? 12 : width >= 56 ? 8 : 0;
  const percent = status === 'waiting' ? '' : `${Math.floor(fraction * 100)} %`;
  return [
    { text: barText(fraction, room, signs), as: status === 'running' ? 'accent' : 'dim', said: '' },
    { text: percent, width: 6, align: 'right', said: status === 'running' ? percent : '' },
  ];
}

function timeOf({ started, duration }: PhaseState, now: number): string {
  if (duration !== undefined) return durationText(duration);
  return started === undefined || now - started < 1000 ? '' : durationText(now - started);
}
