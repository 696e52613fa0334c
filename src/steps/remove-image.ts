import { forgetPrevious, lookAtImage, removeFiles } from '../maas-image/image-file.ts';
import type { Call, StepValue } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';
import { foundImage } from './local-image.ts';

export interface RemoveImageArgs extends Record<string, StepValue> {
  output: string;
}

/** Removes an image of this machine with its manifest and log; a file that is not ours stays. */
export const removeMaasImage: Verb<RemoveImageArgs, null> = {
  name: 'remove-image',

  calls: ({ output }): Call[] => [{ node: 'this machine', argv: ['rm', output] }],

  check: ({ output }, { here }) =>
    here && !foundImage(here, output)?.ours
      ? { needed: false, why: 'there is no image of ours under this name', receipt: null }
      : { needed: true },

  async apply({ output }) {
    if ((await lookAtImage(output))?.manifest) {
      await removeFiles(output);
      await forgetPrevious(output);
    }
    return null;
  },
};
