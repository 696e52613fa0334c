import type { Facts } from '../facts/facts.ts';
import type { Call, StepValue } from '../plan/step.ts';
import type { Verb } from '../plan/verb.ts';
import { diskSize } from '../pve/disk-size.ts';
import { apiPath } from '../pve/pve.ts';
import { type GuestRef, saysAlready, surePlace } from './our-guest.ts';

export interface GrowDiskArgs extends Record<string, StepValue> {
  guest: GuestRef & Record<string, StepValue>;
  /** `scsi0`. */
  disk: string;
  /** Absolute, as `20G`: so asking twice is as good as once. A larger disk stays as it is. */
  size: string;
}

/** Grows a disk to a size. A disk never shrinks, so there is no way back but the guest's removal. */
export const growDisk: Verb<GrowDiskArgs, null> = {
  name: 'grow-disk',

  calls({ guest, disk, size }, facts): Call[] {
    const was = sizeOf({ guest, disk }, facts);
    return [
      {
        method: 'PUT',
        path: apiPath`/nodes/${guest.node}/qemu/${guest.vmid}/resize`,
        params: { disk, size },
        ...(was === undefined ? {} : { changes: { [disk]: { was, will: size } } }),
      },
    ];
  },

  check({ guest, disk, size }, facts) {
    const now = sizeOf({ guest, disk }, facts);
    if (now !== undefined && diskSize(now) >= diskSize(size))
      return { needed: false, why: `has ${now}`, receipt: null };
    return { needed: true };
  },

  async apply({ guest, disk, size }, context) {
    const { node, vmid } = await surePlace(guest, context);
    const path = apiPath`/nodes/${node}/qemu/${vmid}/resize`;
    try {
      const upid = await context.pve.put<string | null>(path, { disk, size }, context);
      if (upid) await context.task(upid);
    } catch (error) {
      // Only a new guest's size is not known beforehand: its template's.
      if (!saysAlready(error, /shrinking disks is not supported/)) throw error;
      context.log(`${disk} of ${guest.name} is larger than ${size} already, as its template's is`);
    }
    return null;
  },
};

/** As its config says, `20G`; undefined for a guest that is not there yet. */
function sizeOf({ guest, disk }: Pick<GrowDiskArgs, 'guest' | 'disk'>, facts: Facts): string | undefined {
  const config = facts.guests.find((other) => other.identity?.uid === guest.uid)?.config;
  return /(?:^|,)size=([0-9.]+[KMGT]?)/.exec(config?.[disk] ?? '')?.[1];
}
