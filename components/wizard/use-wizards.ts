import { useState } from 'react';
import type { Answers, Session } from '../../src/view/session.ts';
import { newWizard, type WizardState } from '../../src/view/wizard/state.ts';
import type { Unsaved } from './leave.tsx';

/** The wizards that were opened, by workflow, and what of their answers is in no file yet. */
export interface Wizards {
  of(workflow: string): WizardState;
  answers(workflow: string): Answers;
  change(workflow: string, state: WizardState): void;
  /** Writes the answers; the file's name as it was taken. Throws where it cannot be written. */
  save(workflow: string, file: string): Promise<string>;
  unsaved: readonly Unsaved[];
  /** How many questions of each are answered. */
  begun: Readonly<Record<string, number>>;
}

export function useWizards(session: Session): Wizards {
  const [states, setStates] = useState<Readonly<Record<string, WizardState>>>({});
  const [saved, setSaved] = useState<Readonly<Record<string, Answers>>>({});
  const of = (workflow: string) => states[workflow] ?? newWizard;
  const counts = Object.entries(states).map(
    ([id, { answers }]) => [id, Object.keys(answers).length] as const,
  );
  return {
    of,
    answers: (workflow) => of(workflow).answers,
    change: (workflow, state) => setStates((all) => ({ ...all, [workflow]: state })),
    async save(workflow, file) {
      const { answers } = of(workflow);
      const name = await session.save(workflow, answers, file);
      setSaved((all) => ({ ...all, [workflow]: answers }));
      return name;
    },
    unsaved: session.workflows.flatMap((workflow): Unsaved[] => {
      const { answers } = of(workflow.id);
      const some = Object.keys(answers).length > 0;
      return some && saved[workflow.id] !== answers ? [{ workflow, answers }] : [];
    }),
    begun: Object.fromEntries(counts),
  };
}
