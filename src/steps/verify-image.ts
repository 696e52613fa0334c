import { RunError } from '../errors.ts';
import { readManifest, writeManifest } from '../maas-image/image-file.ts';
import { besideTarball } from '../maas-image/manifest.ts';
import { verifyImage } from '../maas-image/verify.ts';
import type { Call, StepValue } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';
import { sameImage } from './local-image.ts';

export interface VerifyImageArgs extends Record<string, StepValue> {
  output: string;
  recipe: string;
}

/** Reads an image that was built, and fails where MAAS could not deploy it. */
export const verifyMaasImage: Verb<VerifyImageArgs, { pass: number; warn: number }> = {
  name: 'verify-image',

  calls: ({ output }): Call[] => [{ node: 'this machine', argv: ['proxwright', 'image', 'verify', output] }],

  check(args, { here }) {
    return sameImage(here, args)?.verified
      ? { needed: false, why: 'was verified when it was built', receipt: { pass: 0, warn: 0 } }
      : { needed: true };
  },

  async apply({ output }, context) {
    const findings = await verifyImage(output, {
      ...context.machine(),
      signal: context.signal,
      progress: (event) => event.type === 'phase' && context.progress({ fraction: event.fraction }),
    });
    const of = (wanted: string) => findings.filter(({ severity }) => severity === wanted);
    for (const { title, message } of of('warn')) context.log(`${title}: ${message}`);
    const failed = of('fail');
    if (failed.length > 0) {
      throw new RunError(`the image is not fit for MAAS: ${failed.map(({ title }) => title).join(', ')}`, {
        where: output,
        why: failed.map(({ message }) => message).join('; '),
        fix:
          failed.map(({ fix }) => fix).find((fix) => fix !== undefined) ??
          `proxwright image verify ${output}`,
      });
    }
    const receipt = { pass: of('pass').length, warn: of('warn').length };
    const manifest = await readManifest(besideTarball(output, '.manifest.json'));
    if (manifest) await writeManifest(output, { ...manifest, verified: receipt });
    return receipt;
  },
};
