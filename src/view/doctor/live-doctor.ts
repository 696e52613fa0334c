import { liveStore } from '../live-store.ts';
import type { DoctorItem, DoctorSession } from './session.ts';
import { type DoctorChange, type DoctorState, newDoctor, reduceDoctor } from './state.ts';

/** The doctor as the screens have it: it goes on while nobody looks, and keeps what it said. */
export interface LiveDoctor {
  view(): DoctorState;
  /** Returns the function that ends the watching. */
  watch(onChange: () => void): () => void;
  /** Looks at everything, or at these checks; does nothing while it looks or mends already. */
  look(only?: readonly string[]): void;
  cancel(): void;
  /** Mends these, then looks at everything: what was mended may have been the reason of something else. */
  mend(items: readonly DoctorItem[]): void;
  /** Lets the mending that is begun come to its end, and no other begin. */
  stop(): void;
  dismiss(): void;
}

export function liveDoctor(session: DoctorSession): LiveDoctor {
  const store = liveStore<DoctorState, DoctorChange>(newDoctor, reduceDoctor);
  let ending = new AbortController();
  const busy = () =>
    ['reaching', 'running'].includes(store.view().look) ||
    ['running', 'stopping'].includes(store.view().mending);

  /** What comes from one that was cancelled is not listened to any more. */
  const watchUntil = (signal: AbortSignal) => ({
    signal,
    onEvent: (event: DoctorChange) => {
      if (!signal.aborted) store.push(event);
    },
  });

  function look(only?: readonly string[]): void {
    if (busy()) return;
    ending = new AbortController();
    const { signal } = ending;
    store.pushNow({ type: 'look-asked', ...(only ? { only } : {}) });
    session.look({ ...watchUntil(signal), ...(only ? { only } : {}) }).catch((error: unknown) => {
      if (!signal.aborted) store.pushNow({ type: 'look-failed', error });
    });
  }

  return {
    view: store.view,
    watch: store.watch,
    look,
    cancel() {
      if (!['reaching', 'running'].includes(store.view().look)) return;
      ending.abort();
      store.pushNow({ type: 'look-cancelled' });
    },
    mend(items) {
      if (busy() || items.length === 0) return;
      ending = new AbortController();
      const { signal } = ending;
      store.pushNow({ type: 'mend-asked', items });
      const refs = items.map((item) => item.ref);
      // Unlike a look, a mending that is stopped still tells how its last one went.
      session.mend(refs, { signal, onEvent: store.push }).then(
        () => {
          store.pushNow({ type: 'mend-over' });
          look();
        },
        (error: unknown) => store.pushNow({ type: 'mend-over', error }),
      );
    },
    stop() {
      if (store.view().mending !== 'running') return;
      ending.abort();
      store.pushNow({ type: 'mend-stopping' });
    },
    dismiss: () => store.pushNow({ type: 'mend-dismissed' }),
  };
}
