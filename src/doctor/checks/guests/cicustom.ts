import { parseProperties } from '../../../pve/property-string.ts';
import { defineCheck } from '../../check.ts';
import { guestName, readGuests } from '../../read/guests.ts';
import { snippetFile, snippetFolders } from '../../read/storages.ts';
import { count, fail, listed, orPass } from '../../verdict.ts';

export const cicustom = defineCheck({
  id: 'VM-CICUSTOM',
  group: 'guests',
  title: 'Own cloud-init files are there',
  looksAt: 'cicustom of the guests of this node, their files',
  why: 'Proxmox VE does not look for them before the start, which then fails.',
  needs: 'host',
  scope: 'node',
  for: ['clusters', 'vms'],
  gate: 'tells',
  read: async (look) => {
    const guests = (await readGuests(look)).filter(
      (guest) => guest.node === look.node && guest.config?.cicustom !== undefined,
    );
    const folders = snippetFolders(guests.length > 0 ? await look.get('/storage') : []);
    const volumes = guests.flatMap((guest) =>
      Object.values(parseProperties(guest.config?.cicustom ?? '')).map((volume) => ({
        guest: guestName(guest),
        volume,
      })),
    );
    return Promise.all(
      volumes.map(async ({ guest, volume }) => {
        const file = snippetFile(volume, folders);
        return {
          guest,
          volume,
          there: file !== undefined && (await look.command('test', '-f', file)).exitCode === 0,
        };
      }),
    );
  },
  judge(seen, { node }) {
    const missing = [...new Set(seen.filter(({ there }) => !there).map(({ volume }) => volume))];
    const verdicts = missing.map((volume) => {
      const users = [...new Set(seen.filter((one) => one.volume === volume).map(({ guest }) => guest))];
      return fail(
        `${volume}, which ${listed(users)} ${users.length === 1 ? 'needs' : 'need'}, is not on ${node}`,
        {
          text: 'write the file again (proxwright apply does), or take the setting away',
          command: 'qm set <vmid> --delete cicustom',
        },
      );
    });
    return orPass(verdicts, seen.length === 0 ? 'no guest has one' : count(seen.length, 'file'));
  },
});
