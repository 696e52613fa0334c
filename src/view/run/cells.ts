import type { Cell } from '../text/cells.ts';
import { durationText, timeOfDay } from '../text/durations.ts';
import { textWidth } from '../text/fit.ts';
import { harmless } from '../text/harmless.ts';
import type { Signs } from '../text/signs.ts';
import type { StepRow } from './fold-steps.ts';
import type { LogLine, StepState } from './state.ts';

export interface RunCellOptions {
  signs: Signs;
  /** Columns of the whole row. */
  width: number;
  /** Columns of the titles; a row that has more to say takes some of its own title's. */
  titles: number;
  now: number;
}

/** A row of the run screen: sign, title, and how it stands. */
export function runCells(row: StepRow, options: RunCellOptions): Cell[] {
  const { signs, titles, width } = options;
  if ('folded' in row) {
    const what = { finished: 'finished', running: 'more at work', waiting: 'more' }[row.folded];
    const sign = { finished: signs.ok, running: signs.active, waiting: signs.idle }[row.folded];
    return [{ text: ` ${sign} ${row.count} ${what}`, as: 'dim', grow: true, said: `${row.count} ${what}` }];
  }
  const { step } = row;
  const dim = step.status === 'waiting' || step.status === 'unchanged';
  const said = standing(step, options);
  // A bar's note is in the log, too: it gives way first.
  const needed = step.fraction === undefined ? said : said.slice(0, 2);
  const needs = needed.reduce((sum, cell) => sum + textWidth(cell.text), 0);
  const own = Math.min(titles, Math.max(leastTitle(width), width - besides - needs));
  return [
    stepSign(step, signs),
    { text: harmless(step.title), width: own, cutAt: 'middle', as: dim ? 'dim' : 'plain' },
    { text: '  ', said: '' },
    ...said,
  ];
}

/** Columns that titles take: what the run's longest one needs, as long as the rest says what is usual. */
export function titleWidth(steps: readonly StepState[], width: number): number {
  const widest = steps.reduce((most, step) => Math.max(most, textWidth(harmless(step.title))), 0);
  return Math.min(widest, Math.max(leastTitle(width), width - besides - usualStanding));
}

function leastTitle(width: number): number {
  return Math.floor(width * 0.45);
}

/** The sign, and the gap behind the title. */
const besides = 5;
/** ` 1 min 20 s`, `▇▇▇▇▇▁▁▁  71 %`: how most steps stand. */
const usualStanding = 16;

/** `16:02:11 pve2  transferred 1.1 GiB of 1.5 GiB`. */
export function logText({ time, node, line }: LogLine): string {
  return `${timeOfDay(time)} ${node ? `${harmless(node)}  ` : ''}${harmless(line)}`;
}

/** A bar of `width` characters; full only when all is done. */
export function barText(fraction: number, width: number, signs: Signs): string {
  const full = fraction >= 1 ? width : Math.max(0, Math.min(width - 1, Math.round(fraction * width)));
  return signs.bar.full.repeat(full) + signs.bar.empty.repeat(width - full);
}

export function stepSign(step: Pick<StepState, 'status' | 'retry'>, signs: Signs): Cell {
  switch (step.status) {
    case 'done':
      return { text: ` ${signs.ok} `, as: 'ok', said: 'done:' };
    case 'failed':
      return { text: ` ${signs.failed} `, as: 'failed', said: 'failed:' };
    case 'needed':
      return { text: ` ${signs.todo} `, as: 'accent', said: 'would be done:' };
    case 'unchanged':
      return { text: ` ${signs.idle} `, as: 'dim', said: 'already so:' };
    case 'running':
      return step.retry
        ? { text: ` ${signs.warning} `, as: 'warning', said: 'tries again:' }
        : { text: ` ${signs.active} `, as: 'accent', said: 'at work:' };
    default:
      return { text: ` ${signs.idle} `, as: 'dim', said: 'waiting:' };
  }
}

function standing(step: StepState, { signs, width, now }: RunCellOptions): Cell[] {
  const text = (shown: string, as: Cell['as'] = 'dim'): Cell[] => [{ text: shown, as, grow: true }];
  if (step.status === 'done') return text(step.duration === undefined ? '' : durationText(step.duration));
  if (step.status === 'failed') return text(harmless(step.error?.message ?? ''), 'failed');
  if (step.status === 'unchanged' || step.status === 'needed') return text(harmless(step.why ?? ''));
  if (step.retry) {
    return text(`try ${step.retry.attempt + 1}: ${harmless(step.retry.reason)}`, 'warning');
  }
  if (step.waitsFor) return text(`waits for ${harmless(step.waitsFor)}`);
  if (step.status === 'waiting') return text('');
  const note = harmless(step.text ?? '');
  if (step.fraction === undefined) {
    const time = step.started === undefined ? 0 : now - step.started;
    const since = time < 1000 ? '' : durationText(time);
    return text([since, note].filter(Boolean).join('  '));
  }
  const room = width >= 96 ? 24 : width >= 68 ? 18 : width >= 50 ? 8 : 0;
  return [
    { text: barText(step.fraction, room, signs), as: 'accent', said: '' },
    { text: `${String(Math.floor(step.fraction * 100)).padStart(room > 0 ? 4 : 3)} %` },
    { text: note ? `  ${note}` : '', as: 'dim', grow: true },
  ];
}
