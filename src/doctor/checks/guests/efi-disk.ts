import { defineCheck, type Verdict } from '../../check.ts';
import { guestName, readGuests } from '../../read/guests.ts';
import { count, orPass, warn } from '../../verdict.ts';

export const efiDisk = defineCheck({
  id: 'VM-EFI-DISK',
  group: 'guests',
  title: 'UEFI guests have their disk for it',
  looksAt: 'bios and efidisk0 of all guests',
  why: 'Without an EFI disk a UEFI guest forgets its boot entries at each start; with one but without UEFI, its system does not boot at all.',
  needs: 'api',
  scope: 'cluster',
  read: readGuests,
  judge(guests) {
    const verdicts = guests.flatMap((guest): Verdict[] => {
      const { bios = 'seabios', efidisk0 } = guest.config ?? {};
      if (bios === 'ovmf' && efidisk0 === undefined)
        return [
          warn(`guest ${guestName(guest)} boots by UEFI but has no EFI disk`, {
            text: 'add one',
            command: `qm set ${guest.vmid} --efidisk0 <storage>:1,efitype=4m`,
          }),
        ];
      if (bios !== 'ovmf' && efidisk0 !== undefined)
        return [
          warn(`guest ${guestName(guest)} has an EFI disk but boots by BIOS`, {
            text: 'set its firmware to OVMF, or take the disk away',
            command: `qm set ${guest.vmid} --bios ovmf`,
          }),
        ];
      return [];
    });
    const uefi = guests.filter((guest) => guest.config?.bios === 'ovmf').length;
    return orPass(verdicts, uefi === 0 ? 'no guest boots by UEFI' : `${count(uefi, 'guest')} with UEFI`);
  },
});
