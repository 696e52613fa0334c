import type { ComponentProps } from 'react';
import type { Session } from '../../src/view/session.ts';
import { useLoad } from '../load.ts';
import { Trouble } from '../trouble.tsx';
import { Waiting } from '../waiting.tsx';
import { Runs } from './runs.tsx';

/** The list of runs, once it is read. */
export function RunsScreen(props: Omit<ComponentProps<typeof Runs>, 'runs'> & { session: Session }) {
  const { session, onBack } = props;
  const [runs, again] = useLoad(() => session.runs());
  if (runs.status === 'waiting') return <Waiting title="Runs" what="Reading the runs" onBack={onBack} />;
  if (runs.status === 'failed') {
    return (
      <Trouble
        title="Runs"
        what="The runs could not be read"
        error={runs.error}
        onRetry={again}
        onBack={onBack}
      />
    );
  }
  return <Runs {...props} runs={runs.value} />;
}
