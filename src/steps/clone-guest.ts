import type { Call, StepValue } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';
import { apiPath } from '../pve/pve.ts';
import { destroyOurGuest, type GuestPlace, type GuestRef, placeOf } from './our-guest.ts';
import { findByUid, takeId } from './take-id.ts';

export interface CloneGuestArgs extends Record<string, StepValue> {
  template: GuestRef & Record<string, StepValue>;
  guest: GuestRef & Record<string, StepValue>;
  /** Ends with our identity line, so that the guest is known as ours from its first moment. */
  description: string;
  full: boolean;
  /** Full clones only. */
  storage?: string;
  pool?: string;
  /** The id stands in the guest's own configuration, so that another one will not do. */
  fixedId: boolean;
}

/** Clones a template into a guest of ours. */
export const cloneGuest: Verb<CloneGuestArgs, GuestPlace & Record<string, string | number>> = {
  name: 'clone-guest',

  calls: (args): Call[] => [
    {
      method: 'POST',
      path: apiPath`/nodes/${args.template.node}/qemu/${args.template.vmid}/clone`,
      params: parameters(args, args.guest.vmid),
    },
  ],

  check({ guest }, facts) {
    const there = facts.guests.find(
      (other) => other.identity?.uid === guest.uid && other.name === guest.name,
    );
    if (!there) return { needed: true };
    return {
      needed: false,
      why: `is there as ${there.vmid} on ${there.node}`,
      receipt: { vmid: there.vmid, node: there.node },
    };
  },

  async apply(args, context) {
    const source = placeOf(args.template, context);
    const path = apiPath`/nodes/${source.node}/qemu/${source.vmid}/clone`;
    const create = (id: number): Promise<string> =>
      context.pve.post<string>(path, parameters(args, id), context);
    const vmid = await takeId({ first: args.guest.vmid, only: args.fixedId, create }, context);
    return { vmid, node: args.guest.node };
  },

  async find(args, context) {
    const worker = placeOf(args.template, context).node;
    const place = await findByUid(args.guest.uid, context, {
      node: args.guest.node,
      worker,
      taskType: 'qmclone',
    });
    return place && { ...place };
  },

  async undo(args, receipt, context) {
    await destroyOurGuest({ ...args.guest, ...receipt }, context);
  },
};

function parameters(args: CloneGuestArgs, newid: number): Record<string, string | number> {
  const { guest, template } = args;
  return {
    newid,
    name: guest.name,
    description: args.description,
    full: args.full ? 1 : 0,
    ...(args.full && args.storage ? { storage: args.storage } : {}),
    ...(args.pool ? { pool: args.pool } : {}),
    ...(guest.node === template.node ? {} : { target: guest.node }),
  };
}
