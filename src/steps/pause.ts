import type { StepValue } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';

export interface PauseArgs extends Record<string, StepValue> {
  seconds: number;
}

/** Lets time pass before the next guest is touched. Changes nothing. */
export const pause: Verb<PauseArgs, null> = {
  name: 'pause',
  calls: () => [],
  check: () => ({ needed: true }),
  async apply({ seconds }, context) {
    const end = context.now() + seconds * 1000;
    for (let left = end - context.now(); left > 0; left = end - context.now()) {
      context.progress({ fraction: 1 - left / (seconds * 1000), text: `${Math.ceil(left / 1000)} s left` });
      await context.sleep(Math.min(1000, left));
    }
    return null;
  },
};
