import type { CommandLine } from '../cli.ts';
import type { Env } from '../env.ts';
import { readAnswers } from './planning/read-answers.ts';

/** `validate`: everything about answer files that can be said without a target. */
export function validate({ operands, switches }: CommandLine, env: Env): number {
  const { answers } = readAnswers(operands, env);
  const count = answers.jobs.length;
  if (switches.has('json')) env.stdout.write(`${JSON.stringify({ valid: true, jobs: count })}\n`);
  else
    env.stdout.write(
      `${operands.join(', ')}: fine (${count === 1 ? 'one thing' : `${count} things`} to make)\n`,
    );
  return 0;
}
