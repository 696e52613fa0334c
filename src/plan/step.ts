import type { Secret } from './secret.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** JSON in which any text may be a {@link Secret}: what the arguments of a step are made of. */
export type StepValue =
  | null
  | undefined
  | boolean
  | number
  | string
  | Secret
  | readonly StepValue[]
  | { readonly [key: string]: StepValue };

/**
 * One thing to do, as data: `verb` names the code in `steps/` that does it with `args`, so that a plan
 * can be printed, saved, journalled and taken up by another process.
 */
export interface Step {
  /** Unique within the plan, readable: `clone edge-server-1`. */
  id: string;
  title: string;
  verb: string;
  args: StepValue;
  /** Ids of steps that must be done first. */
  needs: readonly string[];
  /** What this step loads; the executor runs only so many at once per node, storage and template. */
  uses: StepUses;
  /** What a long step goes through, one after the other. */
  phases?: readonly StepPhase[];
}

export interface StepPhase {
  id: string;
  title: string;
  /** How long it took the last time, where there was one. */
  seconds?: number;
}

export interface StepUses {
  node?: string;
  storage?: string;
  template?: string;
}

/** What exactly a step does to the target, for people and for `plan --json`. */
export type Call = ApiCall | CommandCall | FileCall;

export interface ApiCall {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  params?: Readonly<Record<string, StepValue>>;
  /** What it changes, as it is now and as it will be; null where there is none. */
  changes?: Readonly<Record<string, { was: string | null; will: string | null }>>;
}

export interface CommandCall {
  node: string;
  argv: readonly string[];
}

export interface FileCall {
  node: string;
  file: string;
  /** Octal, as `0600`. */
  mode: string;
  content: string | Secret;
  /** What may be seen of the content that is there now, where there is any. */
  was?: string;
}

/** Something the reader of a plan should know. An `error` keeps the plan from being run. */
export interface Finding {
  severity: 'error' | 'warning' | 'info';
  message: string;
  /** Where in the answers, such as `clusters.0.groups.1.networks.0.bridge`. */
  path?: string;
  fix?: string;
  /** The doctor's check that found it, where it was the doctor: no answer has to change then. */
  check?: string;
}
