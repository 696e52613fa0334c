import type { RunEvent } from '../../run/events.ts';
import { liveStore } from '../live-store.ts';
import type { RunOutcome } from '../session.ts';
import { newRun, type RunState, reduceRun } from './state.ts';

/** Begins a run: what {@link Session.run}, `resume` and `undo` have in common. */
export type Begin = (options: {
  onEvent: (event: RunEvent) => void;
  signal: AbortSignal;
}) => Promise<RunOutcome>;

export interface LiveView {
  state: RunState;
  cancelling: boolean;
  finished: boolean;
  /** What was thrown in place of an outcome. */
  error?: unknown;
}

/** A run that goes on, for whoever watches. */
export interface LiveRun {
  view(): LiveView;
  /** Returns the function that ends the watching. */
  watch(onChange: () => void): () => void;
  cancel(): void;
}

export function liveRun(begin: Begin): LiveRun {
  const controller = new AbortController();
  const first: LiveView = { state: newRun, cancelling: false, finished: false };
  const store = liveStore(first, (view, change: RunEvent | Partial<LiveView>) =>
    'type' in change ? { ...view, state: reduceRun(view.state, change) } : { ...view, ...change },
  );
  begin({ onEvent: store.push, signal: controller.signal }).then(
    () => store.pushNow({ finished: true }),
    (error: unknown) => store.pushNow({ finished: true, error }),
  );
  return {
    view: store.view,
    watch: store.watch,
    cancel() {
      controller.abort();
      store.pushNow({ cancelling: true });
    },
  };
}
