import type { Json } from '../plan/step.ts';

/** What happened to a run, for every view and every test. Times are milliseconds since 1970. */
export type RunEvent = { time: number } & (
  | { type: 'run-started'; run: string; title: string; target: string; steps: readonly StepOutline[]; resumed: boolean; undo: boolean }
  | { type: 'step-started'; step: string }
  | { type: 'step-waiting'; step: string; waitsFor: string }
  | { type: 'step-progress'; step: string; fraction?: number; text?: string }
  | { type: 'step-retry'; step: string; attempt: number; reason: string; delay: number }
  | { type: 'step-done'; step: string; receipt: Json; duration: number }
  | { type: 'step-unchanged'; step: string; why: string }
  | { type: 'step-failed'; step: string; error: EventError }
  | { type: 'log'; step?: string; node?: string; line: string }
  | { type: 'run-finished'; run: string; status: RunStatus; changed: number; unchanged: number; failed: number; guests?: readonly GuestResult[]; error?: EventError }
);

export type RunStatus = 'ok' | 'failed' | 'cancelled';

export interface StepOutline {
  id: string;
  title: string;
  needs: readonly string[];
  node?: string;
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
