import { RunError } from '../../errors.ts';
import { fileTrouble } from '../../system-words.ts';

/** A state folder that cannot be made or used, and the way round it; any other error as it is. */
export function stateTrouble(error: unknown): unknown {
  const trouble = error instanceof Error ? fileTrouble(error) : undefined;
  if (!trouble) return error;
  return new RunError(trouble.message, {
    where: trouble.where,
    fix: 'name a folder that this user can write to: XDG_STATE_HOME=…, or for runs PROXWRIGHT_STATE=…',
    cause: error,
  });
}
