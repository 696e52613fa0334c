import type { Answers, PlannedRun, Session, WorkflowEntry } from '../src/view/session.ts';
import type { HelpTopic } from './help.tsx';
import { useLoad } from './load.ts';
import { Review } from './review.tsx';
import { Trouble } from './trouble.tsx';
import { Waiting } from './waiting.tsx';

interface ReviewScreenProps {
  session: Session;
  workflow: WorkflowEntry;
  answers: Answers;
  onGo: (planned: PlannedRun, options: { dryRun: boolean }) => void;
  onBack: () => void;
  onHelp: (topic: HelpTopic) => void;
}

/** The review, once the plan is made. */
export function ReviewScreen({ session, workflow, answers, onGo, onBack, onHelp }: ReviewScreenProps) {
  const [planned, again] = useLoad(() => session.plan(workflow.id, answers));
  if (planned.status === 'waiting') {
    return <Waiting title={workflow.title} what="Making the plan" onBack={onBack} />;
  }
  if (planned.status === 'failed') {
    return (
      <Trouble
        title={workflow.title}
        what="No plan can be made of these answers yet"
        error={planned.error}
        onRetry={again}
        onBack={onBack}
      />
    );
  }
  return (
    <Review
      workflow={workflow}
      planned={planned.value}
      onSave={(file) => session.save(workflow.id, answers, file)}
      onGo={(options) => onGo(planned.value, options)}
      onBack={onBack}
      onHelp={onHelp}
    />
  );
}
