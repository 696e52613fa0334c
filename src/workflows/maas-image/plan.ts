import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Facts } from '../../facts/facts.ts';
import { buildPhases } from '../../maas-image/phases.ts';
import type { ImagePlace } from '../../maas-image/place.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Finding, Step, StepPhase } from '../../plan/step.ts';
import type { BuildImageArgs } from '../../steps/build-image.ts';
import { shownSpec } from '../../steps/image-spec-value.ts';
import type { RemoveImageArgs } from '../../steps/remove-image.ts';
import type { VerifyImageArgs } from '../../steps/verify-image.ts';
import type { MaasImageAnswers } from './answers.ts';
import { imageFindings } from './findings.ts';

/** Builds the image and verifies it, on the machine that the plan is carried out on. */
export function planImage(answers: MaasImageAnswers, facts: Facts, { path }: { path: string }): Plan {
  const place = placeOf(answers, facts);
  const name = basename(answers.output);
  const { recipe } = place;
  const build: Step = {
    id: `build ${name}`,
    title: `build ${name} on this machine`,
    verb: 'build-image',
    args: { spec: shownSpec(answers), recipe } satisfies BuildImageArgs,
    needs: [],
    uses: {},
    phases: phasesOf(answers, place),
  };
  const verify: Step = {
    id: `verify ${name}`,
    title: `verify ${name}`,
    verb: 'verify-image',
    args: { output: answers.output, recipe } satisfies VerifyImageArgs,
    needs: [build.id],
    uses: {},
  };
  return {
    ...common(answers),
    steps: [build, verify],
    findings: imageFindings(answers, place, { facts, path }),
  };
}

/** Removes the image, where it is ours. */
export function destroyImage(answers: MaasImageAnswers, facts: Facts): Plan {
  const { output, found } = placeOf(answers, facts);
  const name = basename(output);
  const foreign: Finding[] = [
    { severity: 'warning', message: `${output} has no manifest of ours: it is not touched` },
  ];
  return {
    ...common(answers),
    steps: [
      {
        id: `remove ${name}`,
        title: `remove ${name} from this machine`,
        verb: 'remove-image',
        args: { output } satisfies RemoveImageArgs,
        needs: [],
        uses: {},
      },
    ],
    findings: found && !found.ours ? foreign : [],
  };
}

function common({ output }: MaasImageAnswers): Omit<Plan, 'steps' | 'findings'> {
  const mark = createHash('sha256').update(output).digest('hex').slice(0, 12);
  return {
    title: `MAAS image ${basename(output)}`,
    workflow: 'maas-image',
    locks: [`maas-image-${mark}`],
    guests: [],
  };
}

function placeOf({ output }: MaasImageAnswers, { here }: Facts): ImagePlace {
  const place = here?.images.find((image) => image.output === output);
  if (!place) throw new Error(`nobody looked for ${output} before planning`);
  return place;
}

/** With the times of the last build here, where the same engine made it. */
function phasesOf({ engine }: MaasImageAnswers, { found }: ImagePlace): StepPhase[] {
  const last = found?.engine === engine ? found.times?.phases : undefined;
  return buildPhases(engine, last).map(({ id, title, seconds }) => ({
    id,
    title,
    ...(last ? { seconds } : {}),
  }));
}
