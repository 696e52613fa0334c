import type { RunEvent } from '../run/events.ts';
import { newRun, type RunState, reduceRun } from './run-state.ts';
import type { RunOutcome } from './session.ts';

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

/** A run that goes on, for whoever watches. Watchers are told at most every 80 ms, however many events come. */
export interface LiveRun {
  view(): LiveView;
  /** Returns the function that ends the watching. */
  watch(onChange: () => void): () => void;
  cancel(): void;
}

export function liveRun(begin: Begin): LiveRun {
  const controller = new AbortController();
  const watchers = new Set<() => void>();
  const pending: RunEvent[] = [];
  let timer: NodeJS.Timeout | undefined;
  let view: LiveView = { state: newRun, cancelling: false, finished: false };

  const tell = (change: Partial<LiveView>) => {
    clearTimeout(timer);
    timer = undefined;
    view = { ...view, state: pending.splice(0).reduce(reduceRun, view.state), ...change };
    for (const watcher of watchers) watcher();
  };
  const onEvent = (event: RunEvent) => {
    pending.push(event);
    timer ??= setTimeout(() => tell({}), pause);
  };
  begin({ onEvent, signal: controller.signal }).then(
    () => tell({ finished: true }),
    (error: unknown) => tell({ finished: true, error }),
  );
  return {
    view: () => view,
    watch(onChange) {
      watchers.add(onChange);
      return () => watchers.delete(onChange);
    },
    cancel() {
      controller.abort();
      tell({ cancelling: true });
    },
  };
}

/** Milliseconds: quick for the eye, slow enough for a thousand guests. */
const pause = 80;
