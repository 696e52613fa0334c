/** OFFERs per minute of one network over the last hour, from counters that begin anew with each generation. */
export interface OfferHistory {
  /** Takes the counter of the generation that is known by `generation`, at `minute` (minutes since the epoch). */
  count(total: number, at: { generation: string; minute: number }): void;
  /** Oldest first, up to `minute`. */
  minutes(minute: number): number[];
}

const KEPT = 60;

export function offerHistory(): OfferHistory {
  const byMinute = new Map<number, number>();
  const last = new Map<string, number>();
  return {
    count(total, { generation, minute }) {
      const more = Math.max(0, total - (last.get(generation) ?? 0));
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
