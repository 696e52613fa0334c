/** Lets so many jobs through at once; the others wait their turn. */
export type Gate = <Result>(job: () => Promise<Result>) => Promise<Result>;

export function makeGate(width: number): Gate {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (job) => {
    if (running >= width) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await job();
    } finally {
      const next = waiting.shift();
      // The place is handed on, so that nobody slips in between.
      if (next) next();
      else running -= 1;
    }
  };
}
