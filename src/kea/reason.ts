import { describeError, ProxwrightError } from '../errors.ts';

/** One line on what went wrong, for the status: a full disk or a missing file is no bug of ours. */
export function reasonOf(error: unknown): string {
  if (error instanceof ProxwrightError)
    return describeError(error)
      .map((line) => line.trim())
      .join('; ');
  return error instanceof Error ? error.message : String(error);
}
