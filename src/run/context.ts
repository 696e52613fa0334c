import { TargetError } from '../errors.ts';
import type { Facts } from '../facts/facts.ts';
import type { Host } from '../hosts/host.ts';
import type { LocalMachine } from '../maas-image/edges.ts';
import type { Json } from '../plan/step.ts';
import type { Attempt, StepContext } from '../plan/verb.ts';
import type { Pve } from '../pve/pve.ts';
import type { RunEvent } from './events.ts';
import type { Vault } from './vault.ts';

/** The clock and the dice, given from outside so that tests need not wait or guess. */
export interface Clock {
  now(): number;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** 0 ≤ x < 1. */
  random(): number;
}

/** What a run works on. */
export interface Workplace {
  facts: Facts;
  pve: Pve;
  host(node: string): Host | undefined;
  /** Where the plan does something on the machine that runs it. */
  machine?: LocalMachine;
  /** Waits for a task's end; throws TaskError. Given by `pve/tasks.ts`. */
  waitForTask(upid: string, options: TaskOptions): Promise<void>;
  /** Whether to try again after this error, and whether the request may have been carried out. */
  isTransient(error: unknown): boolean;
  /** What a running guest says that its address is; undefined where it says nothing. */
  addressOf?(
    guest: { node: string; vmid: number; mac: string },
    signal: AbortSignal,
  ): Promise<string | undefined>;
  clock: Clock;
}

export interface TaskOptions {
  signal: AbortSignal;
  onProgress(progress: { fraction?: number; text?: string }): void;
  onLog(line: string): void;
}

export interface StepPlace extends Workplace {
  vault: Vault | undefined;
  receipts: ReadonlyMap<string, Json>;
  attempt: Attempt;
  signal: AbortSignal;
}

/** Makes the context of one step; `record` puts an event on the journal before it returns. */
export function stepContext(
  step: string,
  place: StepPlace,
  record: (event: RunEvent) => Promise<void>,
): StepContext {
  const { facts, pve, clock, vault, receipts, attempt, signal } = place;
  const tell = (event: RunEvent): void => void record(event);
  const log = (line: string): void => tell({ type: 'log', time: clock.now(), step, line });
  const progress: StepContext['progress'] = (part) =>
    tell({ type: 'step-progress', time: clock.now(), step, ...part });
  return {
    facts,
    pve,
    signal,
    attempt,
    log,
    progress,
    now: () => clock.now(),
    sleep: (milliseconds) => clock.sleep(milliseconds, signal),
    receipt: (id) => receipts.get(id),
    host(node) {
      const host = place.host(node);
      if (host) return host;
      throw new TargetError(`nothing can be run on ${node} through this target`, {
        where: `step "${step}"`,
        fix: 'use an ssh:// target, or give one beside the https one (target: { url: …, ssh: … })',
      });
    },
    machine() {
      if (!place.machine) throw new Error('a run without a machine does nothing on one');
      return place.machine;
    },
    async task(upid) {
      await record({ type: 'step-task', time: clock.now(), step, upid });
      await place.waitForTask(upid, { signal, onProgress: progress, onLog: log });
    },
    note: (data) => record({ type: 'step-note', time: clock.now(), step, data }),
    keep(text) {
      if (!vault) throw new Error('a run without a vault keeps nothing');
      return vault.keep(text);
    },
    kept: (key) => vault?.kept(key),
  };
}

/** Tasks of an attempt that was cut off may still be under way: nothing is decided before they ended. */
export async function settle(attempt: Attempt, place: Workplace, signal: AbortSignal): Promise<void> {
  for (const upid of attempt.upids) {
    await place
      .waitForTask(upid, { signal, onProgress: () => {}, onLog: () => {} })
      .catch((error: unknown) => {
        // How it ended does not matter here, the look-up that follows says what is there.
        if (signal.aborted) throw error;
      });
  }
}
