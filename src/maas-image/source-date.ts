import { RunError } from '../errors.ts';
import type { ImageEdges } from './edges.ts';

/** SOURCE_DATE_EPOCH (reproducible-builds.org): seconds since 1970 that times are cut to. Throws RunError. */
export function sourceDate(variables: ImageEdges['variables']): number | undefined {
  const text = variables.SOURCE_DATE_EPOCH;
  if (text === undefined || text === '') return undefined;
  if (!/^\d+$/.test(text)) {
    throw new RunError(`SOURCE_DATE_EPOCH is not a number of seconds: ${text}`, {
      fix: 'unset it, or set it to a number',
    });
  }
  return Number(text);
}
