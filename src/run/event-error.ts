import { ProxwrightError } from '../errors.ts';
import type { EventError } from './events.ts';

/** An error as events carry it: sentences, no stack, no cause. */
export function eventError(error: unknown, where: string): EventError {
  if (!(error instanceof ProxwrightError)) {
    return { message: error instanceof Error ? error.message : String(error), where };
  }
  return {
    message: error.message,
    where: error.where ? `${where}, ${error.where}` : where,
    ...(error.why ? { why: error.why } : {}),
    ...(error.fix ? { fix: error.fix } : {}),
  };
}
