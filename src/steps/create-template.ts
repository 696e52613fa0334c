import type { Call, StepValue } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';
import { apiPath } from '../pve/pve.ts';
import { destroyOurGuest, type GuestPlace, type GuestRef, readConfig, saysAlready } from './our-guest.ts';
import { findByUid, takeId } from './take-id.ts';

export interface CreateTemplateArgs extends Record<string, StepValue> {
  guest: GuestRef & Record<string, StepValue>;
  /** Parameters of `POST /nodes/{node}/qemu`, without vmid: disks with import-from, firmware, console. */
  config: Readonly<Record<string, string | number>>;
}

/** Makes a guest from an image and turns it into a template. */
export const createTemplate: Verb<CreateTemplateArgs, GuestPlace & Record<string, string | number>> = {
  name: 'create-template',

  calls: ({ guest, config }): Call[] => [
    { method: 'POST', path: apiPath`/nodes/${guest.node}/qemu`, params: { vmid: guest.vmid, ...config } },
    { method: 'POST', path: apiPath`/nodes/${guest.node}/qemu/${guest.vmid}/template` },
  ],

  check({ guest }, facts) {
    const there = facts.guests.find((other) => other.identity?.uid === guest.uid && other.template);
    if (!there) return { needed: true };
    return {
      needed: false,
      why: `is there as ${there.vmid}`,
      receipt: { vmid: there.vmid, node: there.node },
    };
  },

  async apply({ guest, config }, context) {
    const { node } = guest;
    const create = (id: number): Promise<string> =>
      context.pve.post<string>(apiPath`/nodes/${node}/qemu`, { vmid: id, ...config }, context);
    const vmid = await takeId({ first: guest.vmid, only: false, create }, context);
    await convert({ vmid, node }, context);
    return { vmid, node };
  },

  async find({ guest }, context) {
    const { node } = guest;
    const place = await findByUid(guest.uid, context, { node, worker: node, taskType: 'qmcreate' });
    if (!place) return undefined;
    const config = await readConfig(place, context);
    if (Number(config?.template ?? 0) !== 1) await convert(place, context);
    return { ...place };
  },

  async undo({ guest }, receipt, context) {
    await destroyOurGuest({ ...guest, ...receipt }, context);
  },
};

async function convert(
  { node, vmid }: GuestPlace,
  context: Parameters<typeof createTemplate.apply>[1],
): Promise<void> {
  try {
    const upid = await context.pve.post<string | null>(
      apiPath`/nodes/${node}/qemu/${vmid}/template`,
      {},
      context,
    );
    if (upid) await context.task(upid);
  } catch (error) {
    if (!saysAlready(error, /can't convert a template to a template/)) throw error;
  }
}
