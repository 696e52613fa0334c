export interface Gate {
  /** Waits for a place, does the work, gives the place on. */
  through<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** Lets `limit` pieces of work in at once, the others in their order. */
export function gate(limit: number): Gate {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return {
    async through(work) {
      if (inside < limit) inside += 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else inside -= 1;
      }
    },
  };
}
