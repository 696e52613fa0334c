import { ApiError, RunError } from '../errors.ts';
import type { StepContext } from '../plan/verb.ts';
import { apiPath } from '../pve/pve.ts';
import { type GuestPlace, isOurs, readConfig } from './our-guest.ts';

/** Ids to try before giving up: someone else would have to take this many in a row meanwhile. */
const MOST_TRIES = 200;

export interface IdWish {
  first: number;
  /** Only the first one will do. */
  only: boolean;
  /** Creates under that id; returns the task. */
  create(vmid: number): Promise<string>;
}

/**
 * Takes a guest id by creating under it, since nothing reserves one: where it is taken, the next. Every id
 * is on record before it is asked for. Returns the id that was got.
 */
export async function takeId({ first, only, create }: IdWish, context: StepContext): Promise<number> {
  const known = new Set(context.facts.guests.map((guest) => guest.vmid));
  let vmid = first;
  for (let tries = 0; tries < MOST_TRIES; tries++, vmid++) {
    while (known.has(vmid)) vmid++;
    await context.note({ vmid });
    let upid: string;
    try {
      upid = await create(vmid);
    } catch (error) {
      if (!(error instanceof ApiError && /already exists/.test(error.message))) throw error;
      if (!only) continue;
      throw new RunError(`the id ${vmid} was taken meanwhile`, {
        why: 'the guest needs just this one: its config holds ${vm_id}',
        fix: 'plan and apply again, other ids are chosen then',
        cause: error,
      });
    }
    await context.task(upid);
    return vmid;
  }
  throw new RunError(`${MOST_TRIES} guest ids from ${first} on are taken`, {
    fix: 'give another first id: vmid: …',
  });
}

/**
 * Finds the guest that an earlier attempt made, among the ids that it noted. A task of which we never heard
 * the id may still be at it: those of `taskType` on `worker` that are under way are waited for first.
 */
export async function findByUid(
  uid: string,
  context: StepContext,
  where: { node: string; worker: string; taskType: string },
): Promise<GuestPlace | undefined> {
  const noted = context.attempt.notes.map((note) => (note as { vmid: number }).vmid);
  if (noted.length === 0) return undefined;
  const active = await context.pve.get<{ upid: string; type: string }[]>(
    apiPath`/nodes/${where.worker}/tasks`,
    { source: 'active', typefilter: where.taskType },
    context,
  );
  for (const task of active) {
    if (task.type !== where.taskType) continue;
    await context.task(task.upid).catch((error: unknown) => {
      // Somebody's task ended badly; whether ours was among them is seen below.
      if (context.signal.aborted) throw error;
    });
  }
  for (const vmid of new Set(noted)) {
    const place = { vmid, node: where.node };
    const config = await readConfig(place, context);
    if (config && isOurs(config, uid)) return place;
  }
  return undefined;
}
