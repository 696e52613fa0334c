/** Where the sandbox gets time from; a test may hand in its own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const stop = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', stop);
        resolve();
      }, ms);
      signal.addEventListener('abort', stop, { once: true });
    }),
};

/** Time as the simulated nodes feel it: every delay is divided by the speed factor. */
export class Pace {
  readonly clock: Clock;
  readonly speed: number;
  readonly #stop: AbortSignal;

  constructor(clock: Clock, options: { speed: number; stop: AbortSignal }) {
    this.clock = clock;
    this.speed = options.speed;
    this.#stop = options.stop;
  }

  /** Waits as long as a real node would take `ms`. Rejects once the sandbox closes. */
  async wait(ms: number): Promise<void> {
    this.#stop.throwIfAborted();
    const scaled = ms / this.speed;
    // Timers below a millisecond cost more than they measure.
    if (scaled >= 0.5) await this.clock.sleep(scaled, this.#stop);
  }

  /** Whole seconds since 1970, as the API counts time. */
  seconds(): number {
    return Math.floor(this.clock.now() / 1000);
  }

  get closed(): boolean {
    return this.#stop.aborted;
  }
}
