import type { Call, StepValue } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';
import { saysAlready } from './our-guest.ts';

export interface MakePoolArgs extends Record<string, StepValue> {
  pool: string;
}

/** Makes a resource pool. */
export const makePool: Verb<MakePoolArgs, null> = {
  name: 'make-pool',

  calls: ({ pool }): Call[] => [{ method: 'POST', path: '/pools', params: { poolid: pool } }],

  check({ pool }, facts) {
    return facts.pools.includes(pool) ? { needed: false, why: 'is there', receipt: null } : { needed: true };
  },

  async apply({ pool }, context) {
    try {
      await context.pve.post<null>('/pools', { poolid: pool }, context);
    } catch (error) {
      if (!saysAlready(error, /already exists/)) throw error;
    }
    return null;
  },

  async find({ pool }, context) {
    const pools = await context.pve.get<{ poolid: string }[]>('/pools', {}, context);
    return pools.some((other) => other.poolid === pool) ? null : undefined;
  },

  async undo({ pool }, _receipt, context) {
    try {
      await context.pve.delete<null>('/pools', { poolid: pool }, context);
    } catch (error) {
      // Somebody put guests into it meanwhile: then it is theirs now.
      if (!saysAlready(error, /not empty|does not exist/)) throw error;
      context.log(`pool ${pool} stays: ${(error as Error).message}`);
    }
  },
};
