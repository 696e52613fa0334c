import { defineCheck } from '../../check.ts';
import { guestName, readGuests } from '../../read/guests.ts';
import { count, orPass, warn } from '../../verdict.ts';

const SETTINGS = /^(cicustom|ciuser|cipassword|sshkeys|ipconfig\d+)$/;

export const cloudInitDrive = defineCheck({
  id: 'VM-CLOUDINIT-DRIVE',
  group: 'guests',
  title: 'Cloud-init settings reach their guest',
  looksAt: 'cloud-init settings and drives of all guests',
  why: 'User, keys and address are handed over on a small drive. Without it the guest comes up without them, and nothing says so.',
  needs: 'api',
  scope: 'cluster',
  read: readGuests,
  judge(guests) {
    const wanting = guests.filter(
      (guest) => guest.kind === 'qemu' && Object.keys(guest.config ?? {}).some((key) => SETTINGS.test(key)),
    );
    const without = wanting.filter(
      (guest) =>
        !Object.entries(guest.config ?? {}).some(
          ([key, value]) => /^(ide|sata|scsi|virtio)\d+$/.test(key) && /cloudinit/.test(value),
        ),
    );
    return orPass(
      // `ipconfig` alone is what the Kea agent serves: such a guest needs no drive.
      without
        .filter((guest) =>
          Object.keys(guest.config ?? {}).some((key) => SETTINGS.test(key) && !key.startsWith('ipconfig')),
        )
        .map((guest) =>
          warn(`guest ${guestName(guest)} has cloud-init settings but no drive for them`, {
            text: 'add the drive',
            command: `qm set ${guest.vmid} --scsi1 <storage>:cloudinit`,
          }),
        ),
      wanting.length === 0 ? 'no guest has any' : `${count(wanting.length, 'guest')} with some`,
    );
  },
});
