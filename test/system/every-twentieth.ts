import type { FaultRule } from '../../src/sandbox/faults.ts';

/** One call in twenty goes wrong, in each of the ways that a real node's calls do. */
export const everyTwentieth: FaultRule[] = [
  {
    match: {},
    probability: 0.0125,
    seed: 1,
    kind: 'status',
    status: 500,
    text: 'error during cfs-locked operation',
  },
  { match: {}, probability: 0.0125, seed: 2, kind: 'reset' },
  { match: {}, probability: 0.0125, seed: 3, kind: 'reset-after' },
  { match: {}, probability: 0.0125, seed: 4, kind: 'lock-timeout' },
];
