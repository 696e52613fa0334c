import type { Pace } from '../clock.ts';
import { fail } from '../refusal.ts';

interface Lock {
  /** Holders and waiters; a lock nobody uses is forgotten. */
  users: number;
  shared: number;
  exclusive: boolean;
  waiting: (() => void)[];
}

/** The lock files of a node's guests: shared or exclusive, given up after a timeout. */
export class Locks {
  readonly #pace: Pace;
  readonly #locks = new Map<string, Lock>();

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  /**
   * Runs `work` under the guest's lock. `seconds` is how long the real code waits for it before it dies with
   * `can't lock file … - got timeout`: 10 for a config change, 1 for a clone.
   */
  async guest<T>(
    vmid: number,
    options: { seconds: number; shared?: boolean },
    work: () => T | Promise<T>,
  ): Promise<T> {
    const path = `/var/lock/qemu-server/lock-${vmid}.conf`;
    const lock = this.#locks.get(path) ?? { users: 0, shared: 0, exclusive: false, waiting: [] };
    this.#locks.set(path, lock);
    lock.users += 1;
    const shared = options.shared === true;
    const free = () => (shared ? !lock.exclusive : !lock.exclusive && lock.shared === 0);
    try {
      if (!free()) await this.#waitUntil(lock, free, { seconds: options.seconds, path });
      if (shared) lock.shared += 1;
      else lock.exclusive = true;
      try {
        return await work();
      } finally {
        if (shared) lock.shared -= 1;
        else lock.exclusive = false;
        for (const wake of lock.waiting.splice(0)) wake();
      }
    } finally {
      lock.users -= 1;
      if (lock.users === 0) this.#locks.delete(path);
    }
  }

  async #waitUntil(lock: Lock, free: () => boolean, limit: { seconds: number; path: string }): Promise<void> {
    let late = false;
    const timeout = this.#pace.wait(limit.seconds * 1000).then(() => {
      late = true;
      for (const wake of lock.waiting.splice(0)) wake();
    });
    // A sandbox that closes ends the wait by the rejection below; nobody else listens then.
    timeout.catch(() => {});
    while (!free()) {
      if (late) throw fail(`can't lock file '${limit.path}' - got timeout`);
      await Promise.race([new Promise<void>((wake) => lock.waiting.push(wake)), timeout]);
    }
  }
}
