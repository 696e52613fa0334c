import { useEffect, useState } from 'react';

export type Load<Value> =
  | { status: 'waiting' }
  | { status: 'ready'; value: Value }
  | { status: 'failed'; error: unknown };

/** Reads something once the component is there, `when` the time has come, and anew with `again`. */
export function useLoad<Value>(
  read: (again: boolean) => Promise<Value>,
  { when = true }: { when?: boolean } = {},
): [Load<Value>, () => void] {
  const [load, setLoad] = useState<Load<Value>>({ status: 'waiting' });
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: reads when it is time and on `again`, not whenever a closure is new
  useEffect(() => {
    if (!when) return;
    let wanted = true;
    const settle = (next: Load<Value>) => {
      if (wanted) setLoad(next);
    };
    setLoad({ status: 'waiting' });
    // What throws at once is shown like what rejects.
    Promise.resolve()
      .then(() => read(attempt > 0))
      .then(
        (value) => settle({ status: 'ready', value }),
        (error: unknown) => settle({ status: 'failed', error }),
      );
    return () => {
      wanted = false;
    };
  }, [attempt, when]);
  return [load, () => setAttempt((count) => count + 1)];
}
