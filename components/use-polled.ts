import { useEffect, useState } from 'react';

/** The newest answer, when it came, and why there is no newer one. */
export interface Polled<Value> {
  value: Value | undefined;
  /** Milliseconds since 1970 of `value`. */
  at: number;
  error: unknown;
}

/**
 * Asks again and again, `every` so many milliseconds after the answer before; undefined: only on `again`. Another
 * `key` is another thing that is asked: what was known of the one before is forgotten.
 */
export function usePolled<Value>(
  ask: () => Promise<Value>,
  { key, every, now }: { key: string; every: number | undefined; now: () => number },
): [Polled<Value>, () => void] {
  const [known, setKnown] = useState<Polled<Value> & { key: string }>();
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: begins anew with another key and on `again`, not whenever a closure is new
  useEffect(() => {
    let wanted = true;
    let timer: NodeJS.Timeout | undefined;
    const settle = (next: (before: Polled<Value>) => Polled<Value>) => {
      if (!wanted) return;
      setKnown((before) => ({ ...next(before?.key === key ? before : nothing), key }));
      if (every !== undefined) timer = setTimeout(look, every);
    };
    // What throws at once is shown like what rejects.
    const look = () =>
      void Promise.resolve()
        .then(ask)
        .then(
          (value) => settle(() => ({ value, at: now(), error: undefined })),
          (error: unknown) => settle((before) => ({ ...before, error })),
        );
    look();
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [key, attempt]);
  return [known?.key === key ? known : nothing, () => setAttempt((count) => count + 1)];
}

const nothing = { value: undefined, at: 0, error: undefined };
