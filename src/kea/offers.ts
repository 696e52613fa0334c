import { askKea } from './control-socket.ts';
import type { Generation } from './generation.ts';

/** OFFERs per minute of one network over the last hour, from counters that begin anew with each generation. */
export interface OfferHistory {
  /** Takes the counter of the generation that is known by `generation`, at `minute` (minutes since the epoch). */
  count(total: number, at: { generation: string; minute: number }): void;
  /** What this generation has counted so far is not of this hour: an earlier agent started it. */
  adopt(generation: string): void;
  /** Oldest first, up to `minute`. */
  minutes(minute: number): number[];
}

const KEPT = 60;

export function offerHistory(): OfferHistory {
  const byMinute = new Map<number, number>();
  const last = new Map<string, number>();
  const adopted = new Set<string>();
  return {
    adopt: (generation) => void adopted.add(generation),
    count(total, { generation, minute }) {
      const before = last.get(generation) ?? (adopted.delete(generation) ? total : 0);
      const more = Math.max(0, total - before);
      last.set(generation, total);
      for (const known of last.keys()) if (last.size > 4 && known !== generation) last.delete(known);
      byMinute.set(minute, (byMinute.get(minute) ?? 0) + more);
      for (const old of byMinute.keys()) if (old <= minute - KEPT) byMinute.delete(old);
    },
    minutes(minute) {
      return Array.from({ length: KEPT }, (_, index) => byMinute.get(minute - KEPT + 1 + index) ?? 0);
    },
  };
}

type OfferAnswer = Record<string, [number, string][] | undefined>;

/** Asks a generation for its counter. A Kea that serves but does not talk only leaves a gap in the plot. */
export async function countOffers(
  history: OfferHistory,
  generation: Generation,
  minute: number,
): Promise<void> {
  const request = { command: 'statistic-get', arguments: { name: 'pkt4-offer-sent' } };
  try {
    const answer = (await askKea(generation.place.socket, request, { timeout: 500 })) as OfferAnswer;
    const total = answer['pkt4-offer-sent']?.[0]?.[0] ?? 0;
    history.count(total, { generation: nameOf(generation), minute });
  } catch {
    // See above.
  }
}

/** Counters begin anew with each process. */
export function nameOf({ process }: Pick<Generation, 'process'>): string {
  return `${process.pid} ${process.startTime}`;
}
