import { defineCheck, type Verdict } from '../../check.ts';
import { guestName, numbered, readGuests } from '../../read/guests.ts';
import { isOn, rowsOf, textAt } from '../../understand.ts';
import { count, listed, orPass, skip, warn } from '../../verdict.ts';

export const haLocal = defineCheck({
  id: 'VM-HA-LOCAL',
  group: 'guests',
  title: 'HA guests can start elsewhere',
  looksAt: 'GET /cluster/ha/resources, GET /storage, disks and shares of those guests',
  why: 'HA starts a guest on another node only where its disks are there, too: on local storage it stays down with its node.',
  needs: 'api',
  scope: 'cluster',
  read: async (look) => ({
    resources: await look.get('/cluster/ha/resources'),
    storages: await look.get('/nodes/{node}/storage'),
    guests: await readGuests(look),
  }),
  judge({ resources, storages, guests }) {
    const ids = rowsOf(resources, 'the HA resources').map((row) =>
      Number(/^(?:vm|ct):(\d+)$/.exec(textAt(row, 'sid'))?.[1]),
    );
    const managed = guests.filter((guest) => ids.includes(guest.vmid));
    if (managed.length === 0) return skip('HA manages no guest');
    const shared = new Set(
      rowsOf(storages, 'the list of storages')
        .filter((row) => isOn(row, 'shared'))
        .map((row) => textAt(row, 'storage')),
    );
    const verdicts = managed.flatMap((guest): Verdict[] => {
      const disks = Object.entries(guest.config ?? {}).filter(([key]) =>
        /^(ide|sata|scsi|virtio|efidisk|tpmstate|rootfs|mp)\d*$/.test(key),
      );
      const local = disks
        .flatMap(([, value]) => /^(?:file=|volume=)?([^:,]+):/.exec(value)?.[1] ?? [])
        .filter((storage) => storage !== 'none' && !shared.has(storage));
      const reasons = [
        ...(local.length > 0 ? [`disks on ${listed([...new Set(local)])}`] : []),
        ...(numbered(guest.config, 'hostpci').some(({ value }) => !value.includes('mapping='))
          ? ['a card of this node']
          : []),
      ];
      return reasons.length === 0
        ? []
        : [
            warn(`guest ${guestName(guest)} is under HA but has ${reasons.join(' and ')}`, {
              text: 'move its disks to shared storage (or replicate them on ZFS), or take it out of HA',
              command:
                guest.kind === 'lxc'
                  ? `pct move-volume ${guest.vmid} <volume> <shared storage>`
                  : `qm disk move ${guest.vmid} <disk> <shared storage>`,
            }),
          ];
    });
    return orPass(verdicts, count(managed.length, 'guest'));
  },
});
