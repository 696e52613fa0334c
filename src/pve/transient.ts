import { ApiError, CancelledError, TaskError } from '../errors.ts';

/** A request that got no answer: the `cause` of the TargetError that a person reads. */
export class NoAnswer extends Error {
  /** Some of the request may have reached the node. */
  readonly sent: boolean;
  readonly code: string;

  constructor(code: string, sent: boolean, cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause });
    this.name = 'NoAnswer';
    this.code = code;
    this.sent = sent;
  }
}

/**
 * Another attempt may well succeed: lock timeouts, gateways, resets, an unwell server. What the node
 * understood and declined (`already exists`, `does not exist`, wrong parameters) is not transient.
 */
export function isTransient(error: unknown): boolean {
  if (error instanceof ApiError) return isTransientAnswer(error.status, error.message);
  if (error instanceof TaskError) return LOCKED.test(error.message);
  if (error instanceof CancelledError) return false;
  const lost = noAnswerOf(error);
  return lost !== undefined && (lost.sent || TRANSIENT_CODES.has(lost.code));
}

/** The request went out and nobody said what became of it: look before doing it again. */
export function mayHaveHappened(error: unknown): boolean {
  if (error instanceof ApiError) {
    if (error.status < 500 || DECLINED.test(error.message) || NOT_BEGUN.test(error.message)) return false;
    return error.status !== CONNECT_FAILED && error.status !== 501;
  }
  if (error instanceof TaskError)
    return /interrupted by signal|unexpected status|still running/.test(error.message);
  return noAnswerOf(error)?.sent ?? false;
}

/** The same question for an answer that has not become an error yet. */
function isTransientAnswer(status: number, message: string): boolean {
  if (GATEWAY.has(status)) return true;
  return status === 500 && !DECLINED.test(message) && (LOCKED.test(message) || UNWELL.test(message));
}

/**
 * Codes that gateways give, and AnyEvent::HTTP's own, with which pveproxy reports what happened on the way
 * to another node: 595 connecting, 596 sending or waiting, 597 receiving, 599 anything else.
 */
const GATEWAY = new Set([502, 503, 504, 595, 596, 597, 599]);
const CONNECT_FAILED = 595;

const TRANSIENT_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'ESTALE',
]);

/** `can't lock file '…' - got timeout`, `cfs-lock '…' error: got lock request timeout`, `no quorum!` */
const LOCKED = /got (lock request |lock )?timeout|can't (lock|acquire)|unable to acquire|no quorum/i;

/** Of these, the ones that say that the work was never begun. A guest's own timeouts do not. */
const NOT_BEGUN = /can't (lock|acquire)|got lock request timeout|unable to acquire|no quorum/i;

/** A server that is not well, in the words of pveproxy, pmxcfs, proxies before them, and the sandbox. */
const UNWELL =
  /^status 5\d\d$|internal (server )?error|injected fault|cfs-lock|cluster not ready|connection (refused|reset|timed out)|temporarily|try again|unable to (connect|contact|open|read|write).*(timeout|timed out)|broken pipe/i;

/** Texts with which the node shows that it understood. They may stand inside of a lock's error. */
const DECLINED =
  /already (exists|running|defined)|does not exist|no such|not (allowed|supported|found|defined|running)|only root|checksum mismatch|still in use|invalid|permission/i;

/** Down the chain of causes; hosts mark a lost connection the same way, by a cause with `sent` and `code`. */
function noAnswerOf(error: unknown): { sent: boolean; code: string } | undefined {
  let at = error;
  for (let depth = 0; at instanceof Error && depth < 5; depth += 1) {
    if (isNoAnswer(at)) return at;
    at = at.cause;
  }
  return undefined;
}

function isNoAnswer(error: Error): error is Error & { sent: boolean; code: string } {
  return (
    'sent' in error && typeof error.sent === 'boolean' && 'code' in error && typeof error.code === 'string'
  );
}
