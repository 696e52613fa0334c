import { CancelledError } from '../errors.ts';
import type { Workplace } from './context.ts';

/** Waits between attempts: full jitter below a bound that doubles, so that steps do not come back together. */
export interface RetryPolicy {
  attempts: number;
  /** Milliseconds. */
  base: number;
  /** Milliseconds. */
  most: number;
}

/** Nine attempts outlast a lock of about half a minute (PVE's own config lock gives up after 10 s). */
const DEFAULT_RETRY: RetryPolicy = { attempts: 9, base: 150, most: 10_000 };

export interface RetryOptions {
  place: Pick<Workplace, 'clock' | 'isTransient'>;
  signal: AbortSignal;
  policy: RetryPolicy | undefined;
  onRetry(retry: { attempt: number; reason: string; delay: number }): void | Promise<void>;
}

/** Works until it is done, the error is a lasting one, or the policy is used up. Attempts count from 1. */
export async function withRetries<Result>(
  work: (attempt: number) => Promise<Result>,
  { place, signal, policy = DEFAULT_RETRY, onRetry }: RetryOptions,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      if (signal.aborted) throw new CancelledError('cancelled', { cause: error });
      if (!place.isTransient(error) || attempt >= policy.attempts) throw error;
      const delay = backoff(attempt + 1, policy, place.clock.random);
      await onRetry({
        attempt: attempt + 1,
        reason: error instanceof Error ? error.message : String(error),
        delay,
      });
      await place.clock.sleep(delay, signal);
    }
  }
}

/** Milliseconds to wait before attempt `attempt` (the second one is 2). `random` gives 0 ≤ x < 1. */
function backoff(attempt: number, policy: RetryPolicy, random: () => number): number {
  const bound = Math.min(policy.most, policy.base * 2 ** (attempt - 2));
  return Math.round(bound / 2 + (random() * bound) / 2);
}
