import { type Standby, startStandby } from './generation.ts';
import { type KeaProgram, stopKea } from './kea-process.ts';
import type { Gate } from './pace.ts';
import type { NetworkNames, Slot } from './place.ts';

/** Keeps one Kea loaded for the next change, which is then served within milliseconds. */
export interface StandbyHolder {
  /** Loads one in that slot, unless there is one. A failure only makes the next change slower. */
  prepare(slot: Slot): void;
  /** Hands it over, once it is loaded. */
  take(): Promise<Standby | undefined>;
  dismiss(): Promise<void>;
}

export function standbyHolder(
  names: NetworkNames,
  { kea, gate }: { kea: KeaProgram; gate: Gate },
): StandbyHolder {
  let standby: Promise<Standby | undefined> | undefined;

  async function take(): Promise<Standby | undefined> {
    const taken = await standby;
    standby = undefined;
    return taken;
  }

  return {
    take,
    prepare(slot) {
      standby ??= gate(() => startStandby(names, { slot, kea })).catch(() => undefined);
    },
    async dismiss() {
      const unused = await take();
      if (unused) await stopKea(unused, kea);
    },
  };
}
