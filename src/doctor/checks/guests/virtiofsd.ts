import { defineCheck } from '../../check.ts';
import { guestName, numbered, readGuests } from '../../read/guests.ts';
import { fail, lacking, listed, pass } from '../../verdict.ts';

/** What Proxmox VE itself runs; our hookscript for nodes before 8.4 takes the older ones too. */
const PROGRAM = '/usr/libexec/virtiofsd';
const OLDER = ['/usr/lib/kvm/virtiofsd', '/usr/lib/qemu/virtiofsd'];

export const virtiofsd = defineCheck({
  id: 'VM-VIRTIOFSD',
  group: 'guests',
  title: 'virtiofsd is installed',
  looksAt: PROGRAM,
  why: 'Guests with shares by virtiofs do not start without it.',
  needs: 'host',
  scope: 'node',
  for: ['clusters'],
  read: async (look) => {
    const guests = await readGuests(look);
    const isThere = async (program: string) => (await look.command('test', '-x', program)).exitCode === 0;
    const there = (await isThere(PROGRAM)) ? PROGRAM : undefined;
    // Only our hookscript's guests can do with these.
    const older = there || !guests.some(isHooked) ? [] : await Promise.all(OLDER.map(isThere));
    return { there, older: OLDER.find((_, at) => older[at]), guests };
  },
  judge({ there, older, guests }, about) {
    if (there) return pass(there);
    const users = guests.filter(
      (guest) =>
        guest.node === about.node &&
        (numbered(guest.config, 'virtiofs').length > 0 || (isHooked(guest) && !older)),
    );
    if (users.length === 0 && older) return pass(older);
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

/** Its shares are served by our hookscript, which finds them in its args. */
function isHooked({ config }: { config?: Readonly<Record<string, string>> | undefined }): boolean {
  return /\bid=proxwright-share-/.test(config?.args ?? '');
}
