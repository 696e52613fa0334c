import { useEffect } from 'react';
import type { LiveRun } from '../../src/view/run/live-run.ts';
import type { RunState } from '../../src/view/run/state.ts';
import type { HelpTopic } from '../help.tsx';
import { Trouble } from '../trouble.tsx';
import { Result } from './result.tsx';
import { Run } from './run.tsx';
import { useLiveRun } from './use-live-run.ts';

interface RunScreenProps {
  title: string;
  live: LiveRun;
  /** Told once, when the run has come to its end. */
  onEnd: (state: RunState) => void;
  onResume: (run: string) => void;
  onUndo: (run: string) => void;
  onBack: () => void;
  onHome: () => void;
  onHelp: (topic: HelpTopic) => void;
  onLeave: () => void;
}

/** A run while it goes on, then what came of it. */
export function RunScreen({
  title,
  live,
  onEnd,
  onResume,
  onUndo,
  onBack,
  onHome,
  onHelp,
  onLeave,
}: RunScreenProps) {
  const { state, finished, error } = useLiveRun(live);
  const ended = finished && state.run !== '';
  // biome-ignore lint/correctness/useExhaustiveDependencies: told once, not whenever the listener is a new closure
  useEffect(() => {
    if (ended) onEnd(state);
  }, [ended]);
  if (!finished) return <Run title={title} live={live} onHelp={onHelp} onLeave={onLeave} />;
  // What was thrown tells more than a run without an end; one that ended tells for itself.
  if (error !== undefined && state.ended === undefined) {
    return <Trouble title={title} what="The run could not go on" error={error} onBack={onBack} />;
  }
  return (
    <Result
      title={title}
      state={state}
      onResume={() => onResume(state.run)}
      onUndo={() => onUndo(state.run)}
      onBack={onBack}
      onHome={onHome}
      onHelp={onHelp}
    />
  );
}
