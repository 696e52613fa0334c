import type { RunEvent } from '../run/events.ts';

/** One event as one line of JSON, for `--json`. Secrets in receipts print masked; a terminal stays unharmed. */
export function jsonLine(event: RunEvent): string {
  // JSON escapes C0 but not DEL and C1, which some terminals obey.
  return JSON.stringify(event).replace(/[\x7f-\x9f\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
