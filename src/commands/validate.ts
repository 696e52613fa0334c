import type { CommandLine } from '../cli.ts';
import type { Env } from '../env.ts';
import { AnswersError } from '../errors.ts';
import { readAnswers } from './planning/read-answers.ts';

/** `validate`: everything about answer files that can be said without a target. */
export function validate({ operands, switches }: CommandLine, env: Env): number {
  const json = switches.has('json');
  const { answers } = json ? orTold(() => readAnswers(operands, env), env) : readAnswers(operands, env);
  const count = answers.jobs.length;
  if (json) env.stdout.write(`${JSON.stringify({ valid: true, jobs: count })}\n`);
  else
    env.stdout.write(
      `${operands.join(', ')}: fine (${count === 1 ? 'one thing' : `${count} things`} to make)\n`,
    );
  return 0;
}

/** Programs get what is wrong as a document; people have it on stderr beside. */
function orTold<Read>(read: () => Read, env: Env): Read {
  try {
    return read();
  } catch (error) {
    if (error instanceof AnswersError)
      env.stdout.write(`${JSON.stringify({ valid: false, issues: error.issues })}\n`);
    throw error;
  }
}
