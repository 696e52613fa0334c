/** A state that events change, for whoever watches. Watchers are told at most every 80 ms, however many come. */
export interface LiveStore<State, Event> {
  view(): State;
  /** Returns the function that ends the watching. */
  watch(onChange: () => void): () => void;
  push(event: Event): void;
  /** Does not wait for the next time: for what somebody's key did. */
  pushNow(event: Event): void;
}

export function liveStore<State, Event>(
  first: State,
  reduce: (state: State, event: Event) => State,
): LiveStore<State, Event> {
  const watchers = new Set<() => void>();
  const pending: Event[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let state = first;

  const tell = () => {
    clearTimeout(timer);
    timer = undefined;
    state = pending.splice(0).reduce(reduce, state);
    for (const watcher of watchers) watcher();
  };
  return {
    view: () => state,
    watch(onChange) {
      watchers.add(onChange);
      return () => watchers.delete(onChange);
    },
    push(event) {
      pending.push(event);
      timer ??= setTimeout(tell, pause);
    },
    pushNow(event) {
      pending.push(event);
      tell();
    },
  };
}

/** Milliseconds: quick for the eye, slow enough for a thousand guests. */
const pause = 80;
