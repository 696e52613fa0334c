import type { Capability } from '../../doctor/capabilities.ts';
import type { ChangeLine } from '../../doctor/mend.ts';
import type { Said } from '../../doctor/merge.ts';

/** The doctor's part of a session: looks, and mends what it was told to. Reading never changes anything. */
export interface DoctorSession {
  /** Looks at all, or at the checks named; ends when the last one has spoken, or soon after the signal. */
  look(options: DoctorWatch & { only?: readonly string[] }): Promise<void>;
  /** Mends these, one after the other; each is looked at again. The signal ends it after the one that is begun. */
  mend(refs: readonly string[], options: DoctorWatch): Promise<void>;
}

interface DoctorWatch {
  onEvent: (event: DoctorEvent) => void;
  signal: AbortSignal;
}

/** One check at one place. */
export interface DoctorJob {
  /** Unlike any other's. */
  key: string;
  id: string;
  group: string;
  title: string;
}

/** What one check says of one node: a line of the list, once those that say the same are one. */
export interface DoctorItem extends Said {
  /** Names it for {@link DoctorSession.mend}; unlike any other's. */
  ref: string;
  group: string;
  title: string;
  /** What goes wrong where this is not as it should be. */
  why: string;
  looksAt: string;
  url?: string;
  /** False: it could not be looked at. */
  seen: boolean;
  /** What mending it would change, line by line; left out where a person has to do it. */
  changes?: readonly ChangeLine[];
}

export type DoctorEvent =
  /** `nodes`: those that are up. */
  | { type: 'look-began'; nodes: readonly string[]; jobs: readonly DoctorJob[] }
  | { type: 'spoke'; job: string; items: readonly DoctorItem[] }
  /** `took`: milliseconds. */
  | { type: 'look-ended'; took: number; capabilities: readonly Capability[] }
  | { type: 'mend-began'; ref: string }
  | { type: 'mend-ended'; ref: string; outcome: MendOutcome };

/**
 * `well`: another mending had mended it, too. `failed`: what was changed is as it was before, unless `left`
 * says what is not.
 */
export type MendOutcome =
  | { status: 'mended'; backups: readonly string[] }
  | { status: 'well' }
  | { status: 'failed'; why: string; left: readonly string[] };
