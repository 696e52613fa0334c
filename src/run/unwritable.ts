import { ProxwrightError, RunError } from '../errors.ts';

/** What a full, read-only or forbidden disk says while a run puts something on record there. */
export function unwritable(what: string, file: string, cause: unknown): Error {
  if (cause instanceof ProxwrightError) return cause;
  return new RunError(`${what} cannot be written, so nothing more is done`, {
    where: file,
    why: cause instanceof Error ? cause.message : String(cause),
    fix: 'free some space there, or give another folder: PROXWRIGHT_STATE=…; then: proxwright runs list',
    cause,
  });
}
