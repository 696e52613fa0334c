import { defineCheck } from '../../check.ts';
import { guestName, isTemplate, readGuests } from '../../read/guests.ts';
import { count, info, listed, pass, skip } from '../../verdict.ts';

export const agent = defineCheck({
  id: 'VM-AGENT',
  group: 'guests',
  title: 'Guest agent is on',
  looksAt: 'agent of our guests',
  why: 'Without it addresses are not known, backups are not consistent, and a shutdown depends on ACPI.',
  needs: 'api',
  scope: 'cluster',
  read: readGuests,
  judge(guests) {
    const ours = guests.filter(
      (guest) =>
        guest.kind === 'qemu' && guest.tags.includes('proxwright') && guest.config && !isTemplate(guest),
    );
    if (ours.length === 0) return skip('there are no guests of ours');
    const off = ours.filter((guest) => !/^(enabled=)?1(,|$)|(^|,)enabled=1/.test(guest.config?.agent ?? ''));
    if (off.length === 0) return pass(`on for ${count(ours.length, 'guest')}`);
    return info(`off for ${listed(off.map(guestName))}`, {
      text: 'switch it on; the guest needs a restart',
      command: `qm set ${off[0]?.vmid} --agent 1`,
    });
  },
});
