import type { RunEvent } from '../../run/events.ts';
import type { StepState } from './state.ts';

/** A phase of a step, as far as events have told. Times as in RunState. */
export interface PhaseState {
  id: string;
  title: string;
  status: 'waiting' | 'running' | 'done' | 'failed';
  /** 0 to 1. */
  fraction: number;
  started?: number;
  duration?: number;
  /** How long it took the last time, in milliseconds. */
  usual?: number;
}

/** The phases behind an event of their step. A phase ends where a later one begins, or the step itself ends. */
export function nextPhases(
  { phases = [], phaseStates }: Pick<StepState, 'phases' | 'phaseStates'>,
  event: RunEvent,
): readonly PhaseState[] {
  const fresh = (): readonly PhaseState[] =>
    phases.map(({ id, title, seconds }) => ({
      id,
      title,
      status: 'waiting',
      fraction: 0,
      ...(seconds === undefined ? {} : { usual: 1000 * seconds }),
    }));
  const states = event.type === 'step-started' ? fresh() : (phaseStates ?? fresh());
  if (event.type === 'step-done') return states.map((phase) => ended(phase, event.time, 'done'));
  if (event.type === 'step-failed')
    return states.map((phase) => (phase.status === 'running' ? ended(phase, event.time, 'failed') : phase));
  if (event.type !== 'step-progress' || !event.phase) return states;
  const { id, fraction } = event.phase;
  const at = states.findIndex((phase) => phase.id === id);
  if (at < 0) return states;
  return states.map((phase, place) => {
    if (place < at) return ended(phase, event.time, 'done');
    if (place > at) return phase;
    const started = phase.started ?? event.time;
    return { ...phase, status: 'running', started, fraction: Math.min(1, Math.max(0, fraction)) };
  });
}

/** One that never began took no time. */
function ended(phase: PhaseState, time: number, status: 'done' | 'failed'): PhaseState {
  if (phase.status === 'done' || phase.status === 'failed') return phase;
  const started = phase.started ?? time;
  const fraction = status === 'done' ? 1 : phase.fraction;
  return { ...phase, status, started, duration: time - started, fraction };
}
