import { describeError } from '../../errors.ts';
import { agoText } from '../text/durations.ts';
import { harmless } from '../text/harmless.ts';

/** What stands on the screen is old: since when, and why. */
export function silentText(
  { at, error }: { at: number; error: unknown },
  { node, now }: { node: string; now: number },
): string {
  const [what = ''] = describeError(error);
  return harmless(`${node} does not answer; this is from ${agoText(at, now)}: ${what}`);
}
