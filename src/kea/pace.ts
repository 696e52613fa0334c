/** Runs jobs, at most so many at once. */
export type Gate = <Result>(job: () => Promise<Result>) => Promise<Result>;

export function gateOf(width: number): Gate {
  let running = 0;
  const queue: (() => void)[] = [];
  return async (job) => {
    if (running >= width) await new Promise<void>((go) => queue.push(go));
    running += 1;
    try {
      return await job();
    } finally {
      running -= 1;
      queue.shift()?.();
    }
  };
}

/** Milliseconds to wait after so many failures in a row: 0.2 s, doubled each time, at most 30 s. */
export function delayAfter(failures: number): number {
  return Math.min(30_000, 100 * 2 ** Math.min(failures, 12));
}
