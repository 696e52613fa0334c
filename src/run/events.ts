import type { PlannedReplacement } from '../plan/plan.ts';
import type { Json, StepPhase } from '../plan/step.ts';

/**
 * What happened to a run: the one union that feeds the journal, all views and the tests. Times are
 * milliseconds since 1970. Which of them the journal keeps is said in `journal.ts`.
 */
export type RunEvent = { time: number } & (
  | {
      type: 'run-started';
      run: string;
      title: string;
      target: string;
      steps: readonly StepOutline[];
      mode: RunMode;
      /** Guests that take the place of others; absent where there are none. */
      replacements?: readonly PlannedReplacement[];
      /** Who runs it, so that another process can tell whether it still lives. */
      process: { pid: number; machine: string };
    }
  /** The intent, on record before anything happens. */
  | { type: 'step-started'; step: string }
  /** What the step wants remembered before a request that must not be repeated blindly. */
  | { type: 'step-note'; step: string; data: Json }
  | { type: 'step-task'; step: string; upid: string }
  | { type: 'step-waiting'; step: string; waitsFor: string }
  | {
      type: 'step-progress';
      step: string;
      fraction?: number;
      text?: string;
      /** Of a step that has phases: the one it is in. */
      phase?: { id: string; fraction: number };
    }
  | { type: 'step-retry'; step: string; attempt: number; reason: string; delay: number }
  | { type: 'step-done'; step: string; receipt: Json; duration: number }
  | { type: 'step-unchanged'; step: string; why: string; receipt: Json }
  /** Dry runs only: this is what `apply` would do. */
  | { type: 'step-needed'; step: string; why?: string }
  | { type: 'step-failed'; step: string; error: EventError }
  | { type: 'log'; step?: string; node?: string; line: string }
  | {
      type: 'run-finished';
      run: string;
      status: RunStatus;
      changed: number;
      unchanged: number;
      failed: number;
      /** Dry runs: how many steps `apply` would do. */
      needed?: number;
      guests?: readonly GuestResult[];
      error?: EventError;
    }
);

/** `dry`: stops after the checks. `resume` goes on with a run, `undo` takes it back. */
export type RunMode = 'apply' | 'dry' | 'resume' | 'undo';

export type RunStatus = 'ok' | 'failed' | 'cancelled';

export interface StepOutline {
  id: string;
  title: string;
  needs: readonly string[];
  node?: string;
  phases?: readonly StepPhase[];
  /** There is no way back from it. */
  isFinal?: boolean;
}

export interface EventError {
  message: string;
  where?: string;
  why?: string;
  fix?: string;
}

/** One line of the table at the end of a run. */
export interface GuestResult {
  name: string;
  vmid: number;
  node: string;
  address: string;
  mac: string;
}

export type Emit = (event: RunEvent) => void;
