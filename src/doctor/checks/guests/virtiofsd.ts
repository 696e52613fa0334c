import { defineCheck } from '../../check.ts';
import { guestName, numbered, readGuests } from '../../read/guests.ts';
import { fail, lacking, listed, pass } from '../../verdict.ts';

const PROGRAM = '/usr/libexec/virtiofsd';

export const virtiofsd = defineCheck({
  id: 'VM-VIRTIOFSD',
  group: 'guests',
  title: 'virtiofsd is installed',
  looksAt: PROGRAM,
  why: 'Guests with shares by virtiofs do not start without it.',
  needs: 'host',
  scope: 'node',
  for: ['clusters'],
  read: async (look) => ({
    there: (await look.command('test', '-x', PROGRAM)).exitCode === 0,
    guests: await readGuests(look),
  }),
  judge({ there, guests }, about) {
    if (there) return pass(PROGRAM);
    const users = guests.filter(
      (guest) => guest.node === about.node && numbered(guest.config, 'virtiofs').length > 0,
    );
    const fix = { text: 'install it', command: 'apt-get install -y virtiofsd' };
    return users.length > 0
      ? fail(
          `virtiofsd is missing, and ${listed(users.map(guestName))} ${users.length === 1 ? 'needs' : 'need'} it`,
          fix,
        )
      : lacking(
          { wanted: false },
          'virtiofsd is not installed; guests with shares by virtiofs would not start',
          fix,
        );
  },
});
