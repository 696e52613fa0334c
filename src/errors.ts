import { fileTrouble } from './system-words.ts';

/**
 * Every error that a person can meet, classed by its consequence: the exit code.
 * A message reads: what happened, where, why, what to do. The original stays in `cause`.
 */
export interface ErrorParts {
  /** Where: file:line:column, a step, a node, an API path. */
  where?: string;
  /** Why it happened, when the message alone does not say. */
  why?: string;
  /** What the reader can do about it; may be a command. */
  fix?: string;
  cause?: unknown;
}

export abstract class ProxwrightError extends Error {
  abstract readonly exitCode: number;
  readonly where: string | undefined;
  readonly why: string | undefined;
  readonly fix: string | undefined;

  constructor(message: string, parts: ErrorParts = {}) {
    super(message, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = new.target.name;
    this.where = parts.where;
    this.why = parts.why;
    this.fix = parts.fix;
  }
}

/** One thing wrong in what the user gave; lists of these are shown at once, never one by one. */
export interface Issue {
  message: string;
  severity: 'error' | 'warning';
  /** Path in the answers, such as `clusters.0.groups.1.count`. */
  path?: string;
  file?: string;
  /** 1-based. */
  line?: number;
  /** 1-based, in characters. */
  column?: number;
}

/** Wrong command line. */
export class UsageError extends ProxwrightError {
  readonly exitCode = 2;
}

/** Wrong or missing answers, all of them at once. */
export class AnswersError extends ProxwrightError {
  readonly exitCode = 2;
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[], parts: ErrorParts = {}) {
    const errors = issues.filter((issue) => issue.severity === 'error').length;
    super(errors === 1 ? 'one answer needs a change' : `${errors} answers need a change`, parts);
    this.issues = issues;
  }
}

/** The target cannot be reached, does not know us, or is not what it should be. */
export class TargetError extends ProxwrightError {
  readonly exitCode = 1;
}

/** The node's API refused a request. */
export class ApiError extends ProxwrightError {
  readonly exitCode = 1;
  readonly status: number;
  readonly method: string;
  readonly path: string;
  /** Parameter name → what is wrong with it (status 400). */
  readonly parameters: Readonly<Record<string, string>>;

  constructor(
    message: string,
    request: { status: number; method: string; path: string; parameters?: Record<string, string> },
    parts: ErrorParts = {},
  ) {
    super(message, { where: `${request.method} ${request.path}`, ...parts });
    this.status = request.status;
    this.method = request.method;
    this.path = request.path;
    this.parameters = request.parameters ?? {};
  }
}

/** A task that the node accepted ended badly. `upid` names it on the node. */
export class TaskError extends ProxwrightError {
  readonly exitCode = 1;
  readonly upid: string;
  readonly log: readonly string[];

  constructor(message: string, upid: string, log: readonly string[] = [], parts: ErrorParts = {}) {
    super(message, parts);
    this.upid = upid;
    this.log = log;
  }
}

/** A command on a host failed. `argv` never holds a secret. */
export class CommandError extends ProxwrightError {
  readonly exitCode = 1;
  readonly argv: readonly string[];
  readonly stderr: string;

  constructor(message: string, argv: readonly string[], stderr: string, parts: ErrorParts = {}) {
    super(message, parts);
    this.argv = argv;
    this.stderr = stderr;
  }
}

/** A run stopped before its end, or cannot begin. */
export class RunError extends ProxwrightError {
  readonly exitCode = 1;
}

/** The user said stop. */
export class CancelledError extends ProxwrightError {
  readonly exitCode = 130;

  constructor(message = 'cancelled', parts: ErrorParts = {}) {
    super(message, parts);
  }
}

/** The one place where an error becomes an exit code. */
export function exitCodeOf(error: unknown): number {
  return error instanceof ProxwrightError ? error.exitCode : 1;
}

/** What a person reads on stderr: message, where, why, fix; one line each, no stack. */
export function describeError(error: unknown): string[] {
  if (error instanceof AnswersError) return [...error.issues.map(describeIssue), ...tail(error)];
  if (error instanceof ProxwrightError) {
    const head = error.where ? `${error.where}: ${error.message}` : error.message;
    return [head, ...tail(error)];
  }
  if (error instanceof Error) {
    const trouble = fileTrouble(error);
    // The system is in the way, no bug of ours; what it said, without codes.
    if (trouble) return [`${trouble.where}: ${trouble.message}`];
    return [
      `unexpected: ${error.message}`,
      '  this is a bug in proxwright; --log-level debug shows the stack',
    ];
  }
  return [`unexpected: ${String(error)}`];
}

export function describeIssue(issue: Issue): string {
  const place = [issue.file, issue.line, issue.column].filter((part) => part !== undefined).join(':');
  const path = issue.path ? `${issue.path}: ` : '';
  return `${place ? `${place}: ` : ''}${issue.severity === 'warning' ? 'warning: ' : ''}${path}${issue.message}`;
}

function tail(error: ProxwrightError): string[] {
  return [error.why && `  why: ${error.why}`, error.fix && `  → ${error.fix}`].filter(
    (line) => !!line,
  ) as string[];
}
