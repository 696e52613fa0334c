/** Work that is done one turn at a time, however often it is called for. */
export interface Turns {
  /** Calls for a turn. Settles once none is wanted any more. */
  wake(): Promise<void>;
  /** One more turn after this one. */
  again(): void;
  /** One more after so many milliseconds, unless somebody calls for it before. */
  later(milliseconds: number): void;
  readonly closed: boolean;
  /** No more turns; settles when the last one is over. */
  close(): Promise<void>;
}

/** `turn` must not throw. */
export function turnsOf(turn: () => Promise<void>): Turns {
  let running: Promise<void> | undefined;
  let wanted = false;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  function wake(): Promise<void> {
    clearTimeout(timer);
    wanted = true;
    running ??= untilQuiet().finally(() => {
      running = undefined;
      // Somebody called in the very moment of the end.
      if (wanted && !closed) void wake();
    });
    return running;
  }

  async function untilQuiet(): Promise<void> {
    while (wanted && !closed) {
      wanted = false;
      await turn();
    }
  }

  return {
    wake,
    again() {
      wanted = true;
    },
    later(milliseconds) {
      clearTimeout(timer);
      if (!closed) timer = setTimeout(() => void wake(), milliseconds);
    },
    get closed() {
      return closed;
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await running;
    },
  };
}
