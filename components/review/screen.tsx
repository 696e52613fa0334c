import { AnswersError } from '../../src/errors.ts';
import type { Answers, PlannedRun, Session, WorkflowEntry } from '../../src/view/session.ts';
import { suggestedFile } from '../../src/view/wizard/suggested-file.ts';
import type { Change } from '../../src/view/wizard/way.ts';
import type { HelpTopic } from '../help.tsx';
import { useLoad } from '../load.ts';
import { Trouble } from '../trouble.tsx';
import { Waiting } from '../waiting.tsx';
import { Review } from './review.tsx';

interface ReviewScreenProps {
  session: Session;
  workflow: WorkflowEntry;
  answers: Answers;
  onGo: (planned: PlannedRun, options: { dryRun: boolean }) => void;
  onSave: (file: string) => Promise<string>;
  /** To the questions; to the one that has to change, where one is given. */
  onBack: (change?: Change) => void;
  onHelp: (topic: HelpTopic) => void;
}

/** The review, once the plan is made. */
export function ReviewScreen(props: ReviewScreenProps) {
  const { session, workflow, answers, onGo, onSave, onBack, onHelp } = props;
  const [planned, again] = useLoad(() => session.plan(workflow.id, answers));
  if (planned.status === 'waiting') {
    return <Waiting title={workflow.title} what="Making the plan" onBack={() => onBack()} />;
  }
  if (planned.status === 'failed') {
    const change = changeOf(planned.error);
    return (
      <Trouble
        title={workflow.title}
        what="No plan can be made of these answers yet"
        error={planned.error}
        onRetry={again}
        {...(change === undefined ? {} : { onChange: () => onBack(change) })}
        onBack={() => onBack()}
      />
    );
  }
  return (
    <Review
      planned={planned.value}
      suggestion={suggestedFile(workflow.id, answers)}
      onSave={onSave}
      onGo={(options) => onGo(planned.value, options)}
      onBack={onBack}
      onHelp={onHelp}
    />
  );
}

/** The first answer that has to change, where it is known. */
function changeOf(error: unknown): Change | undefined {
  if (!(error instanceof AnswersError)) return undefined;
  const issue = error.issues.find((one) => one.severity === 'error' && one.path);
  return issue?.path === undefined ? undefined : { path: issue.path, message: issue.message };
}
