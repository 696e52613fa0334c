import path from 'node:path';
import { answered } from '../../answers/check.ts';
import type { Job } from '../../answers/load.ts';
import { parseAnswers } from '../../answers/parse.ts';
import type { Env } from '../../env.ts';
import { AnswersError } from '../../errors.ts';
import type { Answers } from '../../view/session.ts';
import { workflowById } from '../../workflows/all.ts';
import type { Prepared } from '../planning/prepare.ts';
import { readFileBeside } from '../planning/read-answers.ts';

/** The wizard's answers as one job, validated the same way as those of a file. */
export function jobOf(id: string, answers: Answers, env: Env): Job {
  const workflow = workflowById(id);
  const file = 'the wizard';
  const { answers: parsed, remarks } = parseAnswers(workflow.answers, answered(answers), {
    env: env.variables,
    readFile: (name) => readFileBeside(name, file, env),
  });
  if (parsed === undefined) {
    throw new AnswersError(
      remarks.map(({ path: at, message, severity = 'error' }) => ({ message, severity, path: at.join('.') })),
    );
  }
  return {
    workflow: id,
    path: workflow.many ? `${workflow.section}.0` : workflow.section,
    file,
    answers: parsed,
  };
}

/** Files that the answers name from where they stand; none that could be told where the answers are not whole yet. */
export function relativeNames(id: string, answers: Answers, env: Env): string[] {
  const workflow = workflowById(id);
  let job: Job;
  try {
    job = jobOf(id, answers, env);
  } catch (error) {
    if (error instanceof AnswersError) return [];
    throw error;
  }
  const names = workflow.files(job.answers).map(({ file }) => file);
  const beside = (file: string): string => {
    names.push(file);
    return file;
  };
  workflow.placed?.(job.answers, { beside, here: (file) => file });
  return names.filter((name) => !name.startsWith('~') && !path.isAbsolute(name));
}

/** Plans a wizard's job; paths of findings and issues come out relative to the wizard's answers. */
export async function planOfWizard(job: Job, plan: (job: Job) => Promise<Prepared>): Promise<Prepared> {
  try {
    return withinAnswers(await plan(job), job.path);
  } catch (error) {
    throw error instanceof AnswersError ? issuesWithin(error, job.path) : error;
  }
}

/** The section and the place in its list mean nothing in the wizard. */
function withinAnswers(prepared: Prepared, base: string): Prepared {
  const findings = prepared.plan.findings.map((finding) =>
    finding.path === undefined ? finding : { ...finding, path: pathWithin(finding.path, base) },
  );
  return { ...prepared, plan: { ...prepared.plan, findings } };
}

function issuesWithin(error: AnswersError, base: string): AnswersError {
  const issues = error.issues.map(({ file: _file, path: at, ...issue }) => ({
    ...issue,
    ...(at === undefined ? {} : { path: pathWithin(at, base) }),
  }));
  return new AnswersError(issues, { cause: error, ...(error.fix === undefined ? {} : { fix: error.fix }) });
}

function pathWithin(at: string, base: string): string {
  return at.startsWith(`${base}.`) ? at.slice(base.length + 1) : at;
}
