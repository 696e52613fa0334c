import type { Issue } from '../errors.ts';
import type { Facts } from '../facts/facts.ts';
import type { Plan } from '../plan/plan.ts';
import type { Call } from '../plan/step.ts';
import type { RunEvent, RunStatus } from '../run/events.ts';
import type { DoctorSession } from './doctor/session.ts';
import type { KeaReading } from './kea/reading.ts';
import type { Question } from './wizard/question.ts';

/**
 * All that the terminal UI may ask for and do: one object of functions, made by main. Screens hold no
 * business logic; they call this and draw what comes back.
 */
export interface Session {
  target: SessionTarget;
  version: string;
  workflows: readonly WorkflowEntry[];
  /** Read once and kept; `again` reads anew. */
  facts(again?: boolean): Promise<Facts>;
  /** What the wizard asks, given what is answered so far: choices come from facts. */
  questions(workflow: string, answers: Answers, facts: Facts): readonly Question[];
  /**
   * What is wrong with the answers so far; unanswered required ones count only when `complete`. Paths are
   * relative to the given answers: `groups.0.count`, without the section and the place in its list.
   */
  check(workflow: string, answers: Answers, options: { complete: boolean }): readonly Issue[];
  /** Paths of its findings, and of the issues of an AnswersError, are relative to the answers, too. */
  plan(workflow: string, answers: Answers): Promise<PlannedRun>;
  /** Executes a plan; events arrive as they happen; the promise ends with the run. */
  run(
    planned: PlannedRun,
    options: { onEvent: (event: RunEvent) => void; signal: AbortSignal; dryRun?: boolean },
  ): Promise<RunOutcome>;
  /** Writes the answers as a file that replays without the terminal; returns its full name. Refuses a file that is there. */
  save(workflow: string, answers: Answers, file: string): Promise<string>;
  runs(): Promise<readonly RunSummary[]>;
  /** What a run has told so far, from its journal. */
  readRun(run: string): Promise<readonly RunEvent[]>;
  resume(
    run: string,
    options: { onEvent: (event: RunEvent) => void; signal: AbortSignal },
  ): Promise<RunOutcome>;
  undo(
    run: string,
    options: { onEvent: (event: RunEvent) => void; signal: AbortSignal },
  ): Promise<RunOutcome>;
  /** Where there is none, the menu has no line for it. */
  doctor?: DoctorSession;
  /** One look at the Kea agent of a node, anew at each call. */
  kea(node: string): Promise<KeaReading>;
  /** What was said while the target was opened: that its certificate is not checked, say. */
  remarks: readonly string[];
  /** Who is asked when something needs a yes while the target is opened: an unknown host key. One at a time. */
  askWith(ask: (question: string) => Promise<boolean>): void;
}

/** A wizard's answers: the section's own shape, possibly incomplete. */
export type Answers = Readonly<Record<string, unknown>>;

export interface SessionTarget {
  kind: 'local' | 'ssh' | 'https' | 'sandbox';
  /** `pve1.lab`, `sandbox`. */
  label: string;
  /** `9.2`; `''` before the facts were read for the first time. */
  release: string;
  /** How many there are; 0 before the facts were read for the first time. */
  nodes: number;
}

export interface WorkflowEntry {
  id: string;
  title: string;
  summary: string;
}

export interface PlannedRun {
  plan: Plan;
  /** One per step of the plan, in its order. */
  steps: readonly PlannedStep[];
}

export interface PlannedStep {
  id: string;
  title: string;
  needed: boolean;
  /** Why there is nothing to do. */
  why?: string;
  calls: readonly Call[];
}

export interface RunOutcome {
  run: string;
  status: RunStatus;
}

export interface RunSummary {
  id: string;
  title: string;
  target: string;
  started: number;
  /** `running`: its process lives; `interrupted`: it does not, and the run did not end. */
  status: RunStatus | 'running' | 'interrupted' | 'undone';
  done: number;
  total: number;
}
