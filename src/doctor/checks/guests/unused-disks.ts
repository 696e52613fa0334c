import { defineCheck } from '../../check.ts';
import { guestName, numbered, readGuests } from '../../read/guests.ts';
import { count, info, listed, pass } from '../../verdict.ts';

export const unusedDisks = defineCheck({
  id: 'VM-UNUSED-DISKS',
  group: 'guests',
  title: 'No disks left behind',
  looksAt: 'unused0 … of all guests',
  why: 'A disk that was replaced stays as unusedN, takes room and goes into no backup.',
  needs: 'api',
  scope: 'cluster',
  read: readGuests,
  judge(guests) {
    const left = guests.flatMap((guest) =>
      numbered(guest.config, 'unused').map(({ key }) => ({ guest, key })),
    );
    if (left.length === 0) return pass('none');
    const [first] = left;
    return info(
      `${count(left.length, 'disk')} left behind at ${listed([...new Set(left.map(({ guest }) => guestName(guest)))])}`,
      {
        text: 'remove what nobody wants',
        command: `qm disk unlink ${first?.guest.vmid} --idlist ${first?.key} --force 1`,
      },
    );
  },
});
