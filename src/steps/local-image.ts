import type { HereFacts } from '../facts/facts.ts';
import type { FoundImage } from '../maas-image/place.ts';

/** The image that this machine has already, where it came out of the same recipe. */
export function sameImage(
  here: HereFacts | undefined,
  { output, recipe }: { output: string; recipe: string },
): FoundImage | undefined {
  const place = here?.images.find((image) => image.output === output);
  const { found, epoch } = place ?? {};
  if (!found?.ours || found.recipe !== recipe) return undefined;
  return epoch === undefined || found.epoch === epoch ? found : undefined;
}

export function foundImage(here: HereFacts | undefined, output: string): FoundImage | undefined {
  return here?.images.find((image) => image.output === output)?.found;
}
