import type { PlannedReplacement } from '../../plan/plan.ts';
import type { EventError, GuestResult, RunEvent, RunMode, RunStatus, StepOutline } from '../../run/events.ts';
import { nextPhases, type PhaseState } from './phase-state.ts';

/** A run as far as its events have told. Times are milliseconds since 1970, durations milliseconds. */
export interface RunState {
  run: string;
  title: string;
  target: string;
  mode: RunMode;
  /** `starting`: no event has arrived yet. */
  status: 'starting' | 'running' | RunStatus;
  started: number;
  ended?: number;
  steps: readonly StepState[];
  /** Step id → place in `steps`. */
  places: ReadonlyMap<string, number>;
  /** The newest lines, oldest first. */
  log: readonly LogLine[];
  guests: readonly GuestResult[];
  replacements: readonly PlannedReplacement[];
  error?: EventError;
}

/** `needed`: a dry run would do it. */
export type StepStatus = 'waiting' | 'running' | 'done' | 'unchanged' | 'needed' | 'failed';

export interface StepState extends StepOutline {
  status: StepStatus;
  started?: number;
  duration?: number;
  /** 0 to 1, where known. */
  fraction?: number;
  text?: string;
  waitsFor?: string;
  retry?: { attempt: number; reason: string };
  /** Why there was nothing to do. */
  why?: string;
  error?: EventError;
  /** What it goes through, of a step that has phases. */
  phaseStates?: readonly PhaseState[];
}

export interface LogLine {
  time: number;
  step?: string;
  node?: string;
  line: string;
}

export const newRun: RunState = {
  run: '',
  title: '',
  target: '',
  mode: 'apply',
  status: 'starting',
  started: 0,
  steps: [],
  places: new Map(),
  log: [],
  guests: [],
  replacements: [],
};

/** The next state; the former one stays as it was. Events of unknown steps add the step. */
export function reduceRun(state: RunState, event: RunEvent): RunState {
  switch (event.type) {
    case 'run-started':
      return {
        ...newRun,
        run: event.run,
        title: event.title,
        target: event.target,
        mode: event.mode,
        status: 'running',
        started: event.time,
        replacements: event.replacements ?? [],
        steps: event.steps.map((step) => ({ ...step, status: 'waiting' })),
        places: new Map(event.steps.map((step, at) => [step.id, at])),
      };
    case 'step-note':
    case 'step-task':
      // For the journal; people need neither.
      return state;
    case 'log':
      return { ...state, log: [...state.log.slice(1 - logLength), logLine(state, event)] };
    case 'run-finished':
      return {
        ...state,
        run: event.run,
        status: event.status,
        ended: event.time,
        guests: event.guests ?? [],
        ...(event.error ? { error: event.error } : {}),
      };
    default:
      return withStep(state, event.step, (step) => reduceStep(step, event));
  }
}

export interface StepCounts {
  total: number;
  waiting: number;
  running: number;
  done: number;
  unchanged: number;
  needed: number;
  failed: number;
}

export function countSteps(state: RunState): StepCounts {
  const counts: StepCounts = {
    total: 0,
    waiting: 0,
    running: 0,
    done: 0,
    unchanged: 0,
    needed: 0,
    failed: 0,
  };
  for (const step of state.steps) {
    counts.total += 1;
    counts[step.status] += 1;
  }
  return counts;
}

type StepEvent = Exclude<
  RunEvent,
  { type: 'run-started' | 'run-finished' | 'log' | 'step-note' | 'step-task' }
>;

function reduceStep(step: StepState, event: StepEvent): StepState {
  const outline = outlineOf(step);
  const started = step.started ?? event.time;
  switch (event.type) {
    case 'step-started':
      return { ...outline, status: 'running', started: event.time, ...phasesAt(step, event) };
    case 'step-waiting':
      return { ...step, waitsFor: event.waitsFor };
    case 'step-progress': {
      // A step that reports is no longer waiting; the former text stays until a new one comes.
      const { waitsFor: _waitsFor, retry: _retry, ...rest } = step;
      return {
        ...rest,
        status: 'running',
        started,
        ...(event.fraction === undefined ? {} : { fraction: Math.min(1, Math.max(0, event.fraction)) }),
        ...(event.text === undefined ? {} : { text: event.text }),
        ...phasesAt(step, event),
      };
    }
    case 'step-retry': {
      // What was transferred before the retry is transferred again.
      const { fraction: _fraction, text: _text, ...rest } = step;
      return { ...rest, retry: { attempt: event.attempt, reason: event.reason } };
    }
    case 'step-done':
      return { ...outline, status: 'done', started, duration: event.duration, ...phasesAt(step, event) };
    case 'step-unchanged':
      return { ...outline, status: 'unchanged', why: event.why };
    case 'step-needed':
      return { ...outline, status: 'needed', ...(event.why === undefined ? {} : { why: event.why }) };
    case 'step-failed':
      return {
        ...outline,
        status: 'failed',
        started,
        duration: event.time - started,
        error: event.error,
        ...phasesAt(step, event),
      };
  }
}

function phasesAt(step: StepState, event: StepEvent): Pick<StepState, 'phaseStates'> {
  return step.phases ? { phaseStates: nextPhases(step, event) } : {};
}

function outlineOf(step: StepState): StepOutline {
  const { id, title, needs, node, phases, isFinal } = step;
  return {
    id,
    title,
    needs,
    ...(node === undefined ? {} : { node }),
    ...(phases ? { phases } : {}),
    ...(isFinal ? { isFinal } : {}),
  };
}

function withStep(state: RunState, id: string, change: (step: StepState) => StepState): RunState {
  const at = state.places.get(id);
  if (at === undefined) {
    const step = change({ id, title: id, needs: [], status: 'waiting' });
    return {
      ...state,
      steps: [...state.steps, step],
      places: new Map(state.places).set(id, state.steps.length),
    };
  }
  const steps = state.steps.slice();
  steps[at] = change(steps[at]!);
  return { ...state, steps };
}

/** A line without a node is told of the node of its step: several tasks speak at once. */
function logLine(state: RunState, { time, step, node, line }: Extract<RunEvent, { type: 'log' }>): LogLine {
  const place = step === undefined ? undefined : state.places.get(step);
  const where = node ?? (place === undefined ? undefined : state.steps[place]?.node);
  return {
    time,
    line,
    ...(step === undefined ? {} : { step }),
    ...(where === undefined ? {} : { node: where }),
  };
}

/** More than any terminal shows, little enough to keep. */
const logLength = 500;
