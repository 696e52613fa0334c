import type { Call, StepValue } from '../plan/step.ts';
import type { StepContext, Verb } from '../plan/verb.ts';
import { type GuestRef, ownPlace, saysAlready } from './our-guest.ts';

export interface JoinPoolArgs extends Record<string, StepValue> {
  guest: GuestRef & Record<string, StepValue>;
  pool: string;
}

/** The pool that the guest was in before; null where it was in none. */
type Receipt = { before: string | null };

/** Makes a guest of ours that is there a member of a pool; out of another one, if it was in one. */
export const joinPool: Verb<JoinPoolArgs, Receipt> = {
  name: 'join-pool',

  calls: ({ guest, pool }): Call[] => [
    { method: 'PUT', path: '/pools', params: membership(pool, guest.vmid) },
  ],

  check({ guest, pool }, facts) {
    const there = facts.guests.find(({ identity }) => identity?.uid === guest.uid);
    if (there?.pool === pool) return { needed: false, why: 'is a member', receipt: { before: pool } };
    return { needed: true, ...(there?.pool === undefined ? {} : { why: `is in ${there.pool}` }) };
  },

  async apply({ guest, pool }, context) {
    const { vmid } = ownPlace(guest, context);
    const noted = context.attempt.notes[0] as Receipt | undefined;
    const before = noted ? noted.before : await poolOf(vmid, context);
    if (!noted) await context.note({ before });
    if (before !== pool) await context.pve.put<null>('/pools', membership(pool, vmid), context);
    return { before };
  },

  async find({ guest, pool }, context) {
    const noted = context.attempt.notes[0] as Receipt | undefined;
    return noted && (await poolOf(ownPlace(guest, context).vmid, context)) === pool ? noted : undefined;
  },

  async undo({ guest, pool }, { before }, context) {
    const { vmid } = ownPlace(guest, context);
    if (before === pool || (await poolOf(vmid, context)) !== pool) return;
    try {
      const params = before === null ? { poolid: pool, vms: vmid, delete: 1 } : membership(before, vmid);
      await context.pve.put<null>('/pools', params, context);
    } catch (error) {
      // Nobody's pool any more.
      if (before === null || !saysAlready(error, /no such pool|does not exist/)) throw error;
      context.log(`${guest.name} stays in ${pool}: ${(error as Error).message}`);
    }
  },
};

function membership(poolid: string, vmid: number): Record<string, string | number> {
  return { poolid, vms: vmid, 'allow-move': 1 };
}

async function poolOf(vmid: number, context: StepContext): Promise<string | null> {
  const rows = await context.pve.get<{ vmid: number; pool?: string }[]>(
    '/cluster/resources',
    { type: 'vm' },
    context,
  );
  return rows.find((row) => row.vmid === vmid)?.pool ?? null;
}
