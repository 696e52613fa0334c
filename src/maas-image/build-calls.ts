import { dockerCommands } from './build-docker.ts';
import { packerCommands } from './build-packer.ts';
import type { ImageSpec } from './image-spec.ts';
import { buildRecipe } from './recipe.ts';

/** The commands that a build runs, as a plan shows them; WORK stands for the temporary folder. */
export function buildCalls(spec: ImageSpec): readonly (readonly string[])[] {
  if (spec.engine === 'docker') return dockerCommands(spec.output);
  if (spec.engine === 'packer') return packerCommands;
  return [buildRecipe(spec, { asset: () => '', work: 'WORK' }).argv, ['pigz', '--no-name', '-6', '--stdout']];
}
