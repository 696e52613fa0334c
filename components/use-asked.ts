import { useEffect, useState } from 'react';
import type { Session } from '../src/view/session.ts';

/** A question of the session that waits for its answer. */
export interface Asked {
  question: string;
  answer: (yes: boolean) => void;
}

/** What the session asks while its target is opened; undefined while it asks nothing. */
export function useAsked(session: Session): Asked | undefined {
  const [asked, setAsked] = useState<Asked>();
  useEffect(
    () =>
      session.askWith(
        (question) =>
          new Promise((resolve) => {
            setAsked({
              question,
              answer: (yes) => {
                setAsked(undefined);
                resolve(yes);
              },
            });
          }),
      ),
    [session],
  );
  return asked;
}
