import type { Issue } from '../errors.ts';
import type { Section } from '../workflows/workflow.ts';
import { checkUnique } from './duplicates.ts';
import { parseAnswers } from './parse.ts';
import { type OpenFile, openFile, type Part, placeOf, splitFile } from './parts.ts';
import type { Remark } from './sentences.ts';
import { type TargetAnswers, targetAnswers } from './target.ts';
import type { AnswerFile } from './yaml.ts';

/** What all answer files together ask for. */
export interface Answers {
  version: 1;
  target?: TargetAnswers;
  /** One for each item of a list section and for each single section, in the order of files and lines. */
  jobs: readonly Job[];
}

export interface Job {
  /** Id of the workflow. */
  workflow: string;
  /** `clusters.0`: indexes go through all files. */
  path: string;
  /** The answer file it stands in; names of files in `answers` are relative to its folder. */
  file: string;
  /** As the workflow's schema gives them out. */
  answers: unknown;
}

export interface LoadContext {
  workflows: readonly Section[];
  env: Readonly<Record<string, string | undefined>>;
  /** Contents of a file that holds a secret; `name` as written, `beside` the answer file that names it. Throws. */
  readFile(name: string, beside: string): string;
}

export interface Loaded {
  /** Not there when an issue is an error. */
  answers?: Answers;
  /** All at once, in the order of files and lines. */
  issues: readonly Issue[];
  /** Where a path such as `clusters.0.groups.1.count` stands: for findings that a plan makes later. */
  locate(path: string): Pick<Issue, 'file' | 'line' | 'column'> | undefined;
}

/** Reads answer files, which may share the sections among them, to one value or all that is wrong with them. */
export function loadAnswers(files: readonly AnswerFile[], context: LoadContext): Loaded {
  const issues: Issue[] =
    files.length === 0 ? [{ message: 'no answer file is given', severity: 'error' }] : [];
  const parts: Part[] = [];
  const readable: OpenFile[] = [];
  for (const file of files) {
    const opened = openFile(file);
    issues.push(...opened.issues);
    if (!opened.file) continue;
    readable.push(opened.file);
    const split = splitFile(opened.file, { workflows: context.workflows, before: parts });
    parts.push(...split.parts);
    issues.push(...split.issues);
  }
  issues.push(...checkUnique(parts));

  const jobs: Job[] = [];
  let target: TargetAnswers | undefined;
  for (const part of parts) {
    const schema = part.workflow?.answers ?? targetAnswers;
    const parsed = parseAnswers(schema, part.branch.value, {
      env: context.env,
      readFile: (name) => context.readFile(name, part.file.name),
    });
    issues.push(...parsed.remarks.map((remark) => issueOf(remark, part)));
    if (part.workflow) {
      jobs.push({
        workflow: part.workflow.id,
        path: part.path,
        file: part.file.name,
        answers: parsed.answers,
      });
    } else {
      target = parsed.answers as TargetAnswers | undefined;
    }
  }
  const [first] = readable;
  if (first && jobs.length === 0 && issues.length === 0) {
    const sections = context.workflows.map((workflow) => workflow.section).join(', ');
    issues.push({
      ...placeOf(first, first.tree.at),
      message: `asks for nothing; give one of ${sections}`,
      severity: 'error',
    });
  }
  const failed = issues.some((issue) => issue.severity === 'error');
  return {
    ...(failed ? {} : { answers: { version: 1, ...(target ? { target } : {}), jobs } }),
    issues: inOrder(issues, files),
    locate: (path) => locate(path, parts),
  };
}

function issueOf({ path, message, severity = 'error', at }: Remark, part: Part): Issue {
  const place = placeOf(part.file, part.offsetOf(path, at));
  return { message, severity, path: [part.path, ...path].join('.'), ...place };
}

function locate(path: string, parts: readonly Part[]): Pick<Issue, 'file' | 'line' | 'column'> | undefined {
  const part = parts.find((each) => path === each.path || path.startsWith(`${each.path}.`));
  if (!part) return undefined;
  const below = path.slice(part.path.length + 1);
  return placeOf(part.file, part.offsetOf(below === '' ? [] : below.split('.')));
}

function inOrder(issues: readonly Issue[], files: readonly AnswerFile[]): Issue[] {
  const rank = new Map(files.map((file, at) => [file.name, at]));
  const fileOf = (issue: Issue) => rank.get(issue.file ?? '') ?? -1;
  return issues.toSorted(
    (one, other) =>
      fileOf(one) - fileOf(other) ||
      (one.line ?? 0) - (other.line ?? 0) ||
      (one.column ?? 0) - (other.column ?? 0),
  );
}
