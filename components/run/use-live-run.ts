import { useEffect, useState, useSyncExternalStore } from 'react';
import type { LiveRun, LiveView } from '../../src/view/run/live-run.ts';
import { useLook } from '../look.ts';

/** A run as it stands, and the time; drawn anew once a second even when nothing happens. */
export function useLiveRun(live: LiveRun): LiveView & { now: number } {
  const look = useLook();
  const view = useSyncExternalStore(live.watch, live.view);
  const [, tick] = useState(0);
  const clock = !view.finished && !look.screenReader;
  useEffect(() => {
    if (!clock) return;
    const timer = setInterval(() => tick((count) => count + 1), 1000);
    return () => clearInterval(timer);
  }, [clock]);
  return { ...view, now: look.now() };
}
