import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../run/context.ts';

/** The real clock, and real dice. */
export const systemClock: Clock & { every(milliseconds: number, work: () => void): () => void } = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (milliseconds, signal) => delay(milliseconds, undefined, signal ? { signal } : {}),
  every(milliseconds, work) {
    const timer = setInterval(work, milliseconds);
    // A heartbeat must not keep a finished process alive.
    timer.unref();
    return () => clearInterval(timer);
  },
};
