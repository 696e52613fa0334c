import type { CommandLine } from '../cli.ts';
import type { Env } from '../env.ts';
import { planLines } from './people.ts';
import { skippedIds } from './planning/preflight.ts';
import { prepare, refuseErrors } from './planning/prepare.ts';
import { readAnswers } from './planning/read-answers.ts';
import { savePlan } from './planning/saved-plan.ts';
import { openTargetOf } from './targets/open-target.ts';

/** `plan`: what apply would do, and nothing else. */
export async function plan(line: CommandLine, env: Env): Promise<number> {
  const { switches, values, operands } = line;
  const read = readAnswers(operands, env);
  const target = await openTargetOf(line, env, read.answers.target);
  try {
    const prepared = await prepare(read.answers.jobs, {
      target,
      env,
      goal: 'apply',
      skip: skippedIds(values),
    });
    if (switches.has('json')) {
      const { findings } = prepared.plan;
      const steps = prepared.plan.steps.map(({ id, title, needs }, at) => {
        const { calls, needed, why } = prepared.steps[at]!;
        return { id, title, needs, calls, check: needed ? 'needed' : why };
      });
      env.stdout.write(`${JSON.stringify({ steps, findings }, null, 2)}\n`);
    } else {
      for (const text of planLines(prepared, switches, env)) env.stdout.write(`${text}\n`);
    }
    refuseErrors(prepared.plan, read.locate);
    if (values.out !== undefined) {
      await savePlan(prepared, read, { file: values.out, target, env });
      env.stderr.write(`saved: proxwright apply ${values.out}\n`);
    }
    return switches.has('exit-code') && prepared.steps.some((step) => step.needed) ? 3 : 0;
  } finally {
    await target.close();
  }
}
