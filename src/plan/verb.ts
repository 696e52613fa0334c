import type { Facts } from '../facts/facts.ts';
import type { Host } from '../hosts/host.ts';
import type { LocalMachine } from '../maas-image/edges.ts';
import type { Pve } from '../pve/pve.ts';
import type { Call, Json, StepValue } from './step.ts';

/** What a check says: do it, or why there is nothing to do (and what a receipt would have held). */
export type Verdict<Receipt extends Json = Json> =
  | { needed: true; why?: string }
  | { needed: false; why: string; receipt: Receipt };

/**
 * The code behind the steps of one kind. Reading, comparing and doing are apart: `calls` and `check` are
 * pure, `apply` and `undo` talk to the target.
 */
export interface Verb<Args extends StepValue = StepValue, Receipt extends Json = Json> {
  name: string;
  /** Exactly what `apply` will send, as far as it is known beforehand. */
  calls(args: Args, facts: Facts): Call[];
  check(args: Args, facts: Facts): Verdict<Receipt>;
  /** Makes it so. May be called again after a transient failure, so it must stand that, or have `find`. */
  apply(args: Args, context: StepContext): Promise<Receipt>;
  /**
   * Looks whether an earlier attempt, whose answer was lost (reset, kill -9), did happen; `context.attempt`
   * says what that attempt noted. Called before each further `apply`, and before an `undo` without receipt.
   * A verb whose apply may simply be repeated, and that has nothing to undo, leaves this out.
   */
  find?(args: Args, context: StepContext): Promise<Receipt | undefined>;
  /**
   * The receipt of an attempt that failed, from its notes alone: for an `undo`, where `find` would do once more
   * what cannot be done. Undefined: nothing was begun.
   */
  begun?(attempt: Attempt): Receipt | undefined;
  /** Takes back what `apply` made, and nothing else. Absent: there is nothing to take back. */
  undo?(args: Args, receipt: Receipt, context: StepContext): Promise<void>;
  /**
   * Says why there is no way back from what `apply` did. Undo then leaves it, and all that it stands on: a
   * guest whose predecessor is gone stays. In place of `undo`.
   */
  final?(args: Args): string;
}

/** What the journal knows of an attempt that has no receipt. */
export interface Attempt {
  /** Notes of {@link StepContext.note}, oldest first. */
  notes: readonly Json[];
  /** Tasks that the attempt started, oldest first. */
  upids: readonly string[];
  /** Milliseconds since 1970, by this machine's clock, of the first intent. */
  since: number;
}

/** What a step may use. Everything outside comes through here. */
export interface StepContext {
  facts: Facts;
  pve: Pve;
  /** The node's host. Throws a TargetError where the target gives none. */
  host(node: string): Host;
  /** The machine that this process runs on, for what is done there and on no node. */
  machine(): LocalMachine;
  /** Earlier attempts at this very step, by this process or one before it. */
  attempt: Attempt;
  /** The receipt of an earlier step of this run, `undefined` where that step is not part of the plan. */
  receipt(step: string): Json | undefined;
  /** Journals the UPID, then waits for the task's end, passing on its progress. Throws TaskError. */
  task(upid: string): Promise<void>;
  /** Puts something on record before a request that must not be repeated blindly. */
  note(data: Json): Promise<void>;
  /** Keeps a text for `undo`, in the run's 0600 vault and not in its journal; returns its key. */
  keep(text: string): Promise<string>;
  /** What `keep` kept. */
  kept(key: string): string | undefined;
  /** `phase` is one of the step's phases, with its own fraction; `fraction` is that of the whole step. */
  progress(progress: { fraction?: number; text?: string; phase?: { id: string; fraction: number } }): void;
  log(line: string): void;
  sleep(milliseconds: number): Promise<void>;
  now(): number;
  signal: AbortSignal;
}

export type VerbRegistry = ReadonlyMap<string, Verb>;
