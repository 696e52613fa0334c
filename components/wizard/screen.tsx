import type { ComponentProps } from 'react';
import { targetName } from '../frame.tsx';
import { useLoad } from '../load.ts';
import { Trouble } from '../trouble.tsx';
import { Waiting } from '../waiting.tsx';
import { Wizard } from './wizard.tsx';

/** A wizard, once what the target has is known: choices come from there. */
export function WizardScreen(props: Omit<ComponentProps<typeof Wizard>, 'facts'>) {
  const { session, workflow, onLeave } = props;
  const [facts, again] = useLoad((anew) => session.facts(anew));
  const target = targetName(session.target);
  if (facts.status === 'waiting') {
    return <Waiting title={workflow.title} what={`Reading what ${target} has`} onBack={onLeave} />;
  }
  if (facts.status === 'failed') {
    return (
      <Trouble
        title={workflow.title}
        what={`What ${target} has could not be read`}
        error={facts.error}
        onRetry={again}
        onBack={onLeave}
      />
    );
  }
  return <Wizard {...props} facts={facts.value} />;
}
