import { type Generation, leaseBytes } from './generation.ts';
import { hasRoom } from './generation-files.ts';
import { handOverLeases } from './hand-over.ts';
import { answers, drain, type KeaProgram, stopKea } from './kea-process.ts';
import type { Network } from './networks.ts';
import { isAlive, queuedBytes } from './processes.ts';

/** A lease file of this size is compacted by a new generation. */
const COMPACT_BYTES = 4 * 1024 * 1024;
/** A Kea that reads 10,000 reservations does nothing else for a second. */
const PATIENCE_MS = 2_000;

/**
 * Whether a generation that serves what it should has to be followed by another all the same: the disk filled or
 * emptied, its lease file grew, or it hangs.
 */
export async function wantsSuccessor(
  current: Generation,
  kea: KeaProgram,
): Promise<'disk' | 'leases' | 'hangs' | undefined> {
  if (current.place.persist !== hasRoom(kea.folders.leases)) return 'disk';
  if (leaseBytes(current) > COMPACT_BYTES) return 'leases';
  return (await hangs(current)) ? 'hangs' : undefined;
}

/** Its process lives and its socket is there, but nobody reads what comes. */
async function hangs({ process, place }: Generation): Promise<boolean> {
  if (queuedBytes(process.pid) === 0) return false;
  if (await answers(place.socket, PATIENCE_MS)) return false;
  return isAlive(process) && queuedBytes(process.pid) > 0;
}

/** Ends a generation whose successor listens, so that nothing of what it was sent or gave is lost. */
export async function retire(
  old: Generation,
  {
    next,
    network,
    kea,
    beforeEnd,
  }: { next: Generation; network: Network; kea: KeaProgram; beforeEnd(): Promise<void> | undefined },
): Promise<void> {
  await drain(old);
  await beforeEnd();
  await stopKea(old, kea);
  await handOverLeases(network, { from: old, to: next });
}
