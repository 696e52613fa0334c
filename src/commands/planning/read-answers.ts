import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Loaded, loadAnswers } from '../../answers/load.ts';
import type { Env } from '../../env.ts';
import { AnswersError, describeIssue, type Issue, UsageError } from '../../errors.ts';
import { workflows } from '../../workflows/all.ts';

/** Answers without an error, and the way back from a path to its place. */
export interface ReadAnswers {
  answers: NonNullable<Loaded['answers']>;
  locate: Loaded['locate'];
  files: readonly { name: string; text: string }[];
}

/** Far above any real answer file; what is larger is something else. */
const MOST_BYTES = 16 * 1024 ** 2;

/** Reads answer files; all that is wrong with them is one AnswersError. Warnings go to stderr. */
export function readAnswers(names: readonly string[], env: Env): ReadAnswers {
  const files = names.map((name) => ({ name, text: readAnswerFile(name, env) }));
  return parseFiles(files, env);
}

export function parseFiles(files: readonly { name: string; text: string }[], env: Env): ReadAnswers {
  const { answers, issues, locate } = loadAnswers(files, {
    workflows,
    env: env.variables,
    readFile: (name, beside) => readFileBeside(name, beside, env),
  });
  if (!answers) throw new AnswersError(issues);
  warn(issues, env);
  return { answers, locate, files };
}

/** A file that the answers name: relative to the answer file's folder, `~` is the user's home. */
export function fileBeside(name: string, beside: string, { cwd, home }: Pick<Env, 'cwd' | 'home'>): string {
  if (name === '~' || name.startsWith('~/')) return path.join(home, name.slice(1));
  return path.resolve(cwd, path.dirname(beside), name);
}

export function readFileBeside(name: string, beside: string, env: Env): string {
  return readFileSync(fileBeside(name, beside, env), 'utf8');
}

export function readAnswerFile(name: string, env: Env): string {
  if (name === '-') return readFileSync(0, 'utf8');
  const file = path.resolve(env.cwd, name);
  if (!existsSync(file)) throw new UsageError(`there is no file ${name}`, { where: file });
  const { size } = statSync(file);
  if (statSync(file).isDirectory())
    throw new UsageError(`${name} is a folder, not an answer file`, { where: file });
  if (size > MOST_BYTES)
    throw new UsageError(`${name} has ${Math.round(size / 1024 ** 2)} MiB: that is no answer file`);
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UsageError(`${name} cannot be read`, { where: file, why: (cause as Error).message, cause });
  }
}

function warn(issues: readonly Issue[], env: Env): void {
  for (const issue of issues) env.stderr.write(`${describeIssue(issue)}\n`);
}
