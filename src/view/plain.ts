import type { RunEvent } from '../run/events.ts';
import { resultLines } from './run/result-lines.ts';
import { newRun, type RunState, reduceRun, type StepState } from './run/state.ts';
import { counted, durationText, timeOfDay } from './text/durations.ts';
import { harmless } from './text/harmless.ts';
import { asciiText, type Signs, signsFor } from './text/signs.ts';

export interface PlainOptions {
  ascii: boolean;
  /** Columns of the table at the end. */
  width?: number;
  /** Task logs too. */
  verbose?: boolean;
  /** Of the times; the local one unless named. */
  timeZone?: string;
}

/** Turns events into lines for people, one per thing that happened; keeps in mind what it has said. */
export function plainView(options: PlainOptions): (event: RunEvent) => string[] {
  const signs = signsFor(options.ascii);
  const quarters = new Map<string, number>();
  let state: RunState = newRun;
  return (event) => {
    const before = state;
    state = reduceRun(state, event);
    const lines =
      event.type === 'run-finished'
        ? resultLines(state, { signs, ...(options.width === undefined ? {} : { width: options.width }) })
        : timed(event, { before, state, signs, quarters, options });
    return options.ascii ? lines.map(asciiText) : lines;
  };
}

function timed(event: Exclude<RunEvent, { type: 'run-finished' }>, telling: Telling): string[] {
  const text = eventText(event, telling);
  const ended = phasesEnded(event, telling);
  return [...ended, ...(text === undefined ? [] : [text])].map(
    (line) => `${timeOfDay(event.time, telling.options.timeZone)} ${line}`,
  );
}

interface Telling {
  before: RunState;
  state: RunState;
  signs: Signs;
  /** Step → quarters of its work that were told. */
  quarters: Map<string, number>;
  options: PlainOptions;
}

function eventText(event: Exclude<RunEvent, { type: 'run-finished' }>, telling: Telling): string | undefined {
  const { signs, state, before } = telling;
  if (event.type === 'run-started') return startText(event);
  if (event.type === 'log') {
    return telling.options.verbose
      ? `  ${event.node ? `${harmless(event.node)}: ` : ''}${harmless(event.line)}`
      : undefined;
  }
  if (event.type === 'step-note' || event.type === 'step-task') return undefined;
  const title = harmless(stepOf(state, event.step)?.title ?? event.step);
  switch (event.type) {
    case 'step-started':
      return `${signs.active} ${title}`;
    case 'step-waiting':
      // The same reason again is nothing that happened.
      if (stepOf(before, event.step)?.waitsFor === event.waitsFor) return undefined;
      return `${signs.idle} ${title}: waits for ${harmless(event.waitsFor)}`;
    case 'step-progress':
      return progressText(event, { title, telling });
    case 'step-retry':
      return `${signs.warning} ${title}: ${harmless(event.reason)}; retry ${event.attempt} in ${durationText(event.delay)}`;
    case 'step-done':
      return `${signs.ok} ${title} (${durationText(event.duration)})`;
    case 'step-unchanged':
      return `${signs.idle} ${title}: ${harmless(event.why)}`;
    case 'step-needed':
      return `${signs.todo} ${title}${event.why ? `: ${harmless(event.why)}` : ''}`;
    case 'step-failed':
      return `${signs.failed} ${title}: ${harmless(event.error.message)}`;
  }
}

function startText(event: Extract<RunEvent, { type: 'run-started' }>): string {
  const what = { apply: '', dry: 'dry run of ', resume: 'going on with ', undo: 'taking back ' }[event.mode];
  return `${what}${harmless(event.title)} on ${harmless(event.target)}: ${counted(event.steps.length, 'step')}, run ${event.run}`;
}

/** `✓ build image.tar.gz: Base system (12 s)` for each phase that this event ended. */
function phasesEnded(event: RunEvent, { state, before, signs }: Telling): string[] {
  if (event.type !== 'step-progress' && event.type !== 'step-done') return [];
  const step = stepOf(state, event.step);
  const were = stepOf(before, event.step)?.phaseStates ?? [];
  return (step?.phaseStates ?? [])
    .filter(({ status }, at) => status === 'done' && were[at]?.status === 'running')
    .map(
      ({ title, duration = 0 }) =>
        `${signs.ok} ${harmless(step?.title ?? '')}: ${harmless(title)} (${durationText(duration)})`,
    );
}

/** Only when another quarter is done, of the step or of its phase: files of lines should stay readable. */
function progressText(
  event: Extract<RunEvent, { type: 'step-progress' }>,
  { title, telling }: { title: string; telling: Telling },
): string | undefined {
  const { quarters, signs, state } = telling;
  const { id, fraction = 0 } = event.phase ?? { id: '', fraction: event.fraction };
  const key = `${event.step}\n${id}`;
  const quarter = Math.floor(fraction * 4);
  if (quarter <= (quarters.get(key) ?? 0) || quarter >= 4) return undefined;
  quarters.set(key, quarter);
  const phase = stepOf(state, event.step)?.phaseStates?.find((one) => one.id === id);
  const what = phase ? `${title}: ${harmless(phase.title)}` : title;
  return `${signs.active} ${what}: ${quarter * 25} %${event.text ? `, ${harmless(event.text)}` : ''}`;
}

function stepOf(state: RunState, id: string): StepState | undefined {
  const at = state.places.get(id);
  return at === undefined ? undefined : state.steps[at];
}
