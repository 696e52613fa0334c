import type { EventError, GuestResult } from '../../run/events.ts';
import { counted, durationText } from '../text/durations.ts';
import { harmless } from '../text/harmless.ts';
import type { Signs } from '../text/signs.ts';
import { tableLines } from '../text/table.ts';
import { countSteps, type RunState } from './state.ts';
import { elapsedTime } from './time.ts';

/** The end of a run for people: what came of it, what failed and why, the guests, how to go on. */
export function resultLines(
  state: RunState,
  { signs, width = 80 }: { signs: Signs; width?: number },
): string[] {
  return [
    // A run that never began has no outcome but the reason.
    ...(state.started === 0 ? [] : [outcomeLine(state, signs)]),
    ...failureLines(state, signs),
    ...finalLines(state, signs),
    ...guestTable(state.guests, { width, signs }),
    ...waysOn(state).map((way) => `${signs.active} ${way.label.padEnd(labelWidth)} ${way.command}`),
  ];
}

/** `✓ edge cluster: 14 done, 3 already so, in 1 min 12 s`. */
export function outcomeLine(state: RunState, signs: Signs): string {
  const counts = countSteps(state);
  const sign = state.status === 'ok' ? signs.ok : state.status === 'failed' ? signs.failed : signs.warning;
  const left = counts.waiting + counts.running;
  const undo = state.mode === 'undo';
  const parts = [
    ...(state.status === 'cancelled' ? ['cancelled'] : []),
    ...(counts.failed > 0 ? [`${counts.failed} failed`] : []),
    state.mode === 'dry' ? `${counts.needed} to do` : `${counts.done} ${undo ? 'taken back' : 'done'}`,
    ...(counts.unchanged > 0 ? [`${counts.unchanged} ${undo ? 'cannot be taken back' : 'already so'}`] : []),
    ...(left > 0 ? [`${left} not done`] : []),
    `in ${durationText(elapsedTime(state, state.ended ?? state.started))}`,
  ];
  return `${sign} ${harmless(state.title)}: ${parts.join(', ')}`;
}

/** Name, id, node, address and MAC of every guest, under their names. Empty where there is none. */
export function guestTable(
  guests: readonly GuestResult[],
  { width, signs }: { width: number; signs: Signs },
): string[] {
  if (guests.length === 0) return [];
  const rows = guests.map((guest) => [
    harmless(guest.name),
    String(guest.vmid),
    harmless(guest.node),
    harmless(guest.address),
    harmless(guest.mac),
  ]);
  return tableLines([['name', 'id', 'node', 'address', 'MAC'], ...rows], {
    align: 'lrlll',
    width,
    ellipsis: signs.ellipsis,
  });
}

/** Commands that go on from here; none where nothing was changed or all was taken back. */
export function waysOn(state: RunState): { label: string; command: string }[] {
  if (state.started === 0 || state.mode === 'dry') return [];
  const undo = `proxwright runs undo ${state.run}`;
  if (state.mode === 'undo')
    return state.status === 'ok' ? [] : [{ label: 'take back the rest:', command: undo }];
  // What a resumed run did before is its work as well.
  const changed = state.mode === 'resume' || countSteps(state).done > 0;
  // Where guests were removed, taking back the rest makes nothing as it was; the command is there all the same.
  const isFinal = state.steps.some((step) => step.isFinal && step.status === 'done');
  if (state.status === 'ok') return changed && !isFinal ? [{ label: 'take it back:', command: undo }] : [];
  return [
    {
      label: state.status === 'failed' ? 'mend it and go on:' : 'go on:',
      command: `proxwright runs resume ${state.run}`,
    },
    ...(changed ? [{ label: isFinal ? 'take back the rest:' : 'or take it all back:', command: undo }] : []),
  ];
}

/** What failed, where, why and what to do; first the steps, else the run itself. */
export function failureLines(state: RunState, signs: Signs): string[] {
  const failed = state.steps.flatMap((step) =>
    step.error ? [{ title: step.title, error: step.error }] : [],
  );
  const shown = failed.slice(0, mostFailures);
  const lines = shown.flatMap(({ title, error }) => errorLines(harmless(title), error, signs));
  if (failed.length > shown.length)
    lines.push(`  and ${counted(failed.length - shown.length, 'more failed step')}`);
  if (failed.length === 0 && state.error)
    lines.push(...errorLines(harmless(state.title) || 'the run could not begin', state.error, signs));
  return lines;
}

/** What an undo had to leave, each with its reason. */
export function finalLines({ mode, steps }: RunState, signs: Signs): string[] {
  const left = mode === 'undo' ? steps.filter(({ status }) => status === 'unchanged') : [];
  const lines = left.slice(0, mostFailures).map(({ why = '' }) => `${signs.warning} ${harmless(why)}`);
  const more = left.length - lines.length;
  return more > 0 ? [...lines, `  and ${more} more that cannot be taken back`] : lines;
}

function errorLines(title: string, error: EventError, signs: Signs): string[] {
  // The step is named already.
  const where = harmless(error.where ?? '').replace(/^step "[^"]*"(, )?/, '');
  return [
    `${signs.failed} ${title}: ${harmless(error.message)}`,
    ...(where ? [`  where: ${where}`] : []),
    ...(error.why ? [`  why: ${harmless(error.why)}`] : []),
    ...(error.fix ? [`  ${signs.active} ${harmless(error.fix)}`] : []),
  ];
}

/** The first ones tell; a hundred would bury how to go on. */
const mostFailures = 5;
const labelWidth = 'or take it all back:'.length;
