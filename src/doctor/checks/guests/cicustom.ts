import { parseProperties } from '../../../pve/property-string.ts';
import { defineCheck, type Verdict } from '../../check.ts';
import { type Look, Unseen } from '../../look.ts';
import { guestName, readGuests } from '../../read/guests.ts';
import { snippetFile, snippetFolders } from '../../read/storages.ts';
import { rowsOf, textAt } from '../../understand.ts';
import { count, fail, listed, orPass, warn } from '../../verdict.ts';

export const cicustom = defineCheck({
  id: 'VM-CICUSTOM',
  group: 'guests',
  title: 'Own cloud-init files are there',
  looksAt: 'cicustom of all guests, their files on this node, GET /cluster/ha/resources',
  why: 'Proxmox VE does not look for them before the start, which then fails.',
  needs: 'host',
  scope: 'node',
  for: ['clusters', 'vms'],
  gate: 'tells',
  read: async (look) => {
    const guests = (await readGuests(look)).filter((guest) => guest.config?.cicustom !== undefined);
    if (guests.length === 0) return [];
    const [storages, resources] = await Promise.all([look.get('/storage'), managed(look)]);
    const folders = snippetFolders(storages);
    const volumes = guests.flatMap((guest) =>
      Object.values(parseProperties(guest.config?.cicustom ?? '')).map((volume) => ({ guest, volume })),
    );
    return Promise.all(
      volumes.map(async ({ guest, volume }) => {
        const file = snippetFile(volume, folders);
        return {
          guest: guestName(guest),
          here: guest.node === look.node,
          moves: resources.includes(`vm:${guest.vmid}`),
          volume,
          there: file !== undefined && (await look.command('test', '-f', file)).exitCode === 0,
        };
      }),
    );
  },
  judge(seen, { node }) {
    const missing = [...new Set(seen.filter(({ there }) => !there).map(({ volume }) => volume))];
    const verdicts = missing.flatMap((volume): Verdict[] => {
      const all = seen.filter((one) => one.volume === volume);
      const users = [...new Set(all.filter(({ here }) => here).map(({ guest }) => guest))];
      if (users.length > 0)
        return [
          fail(
            `${volume}, which ${listed(users)} ${users.length === 1 ? 'needs' : 'need'}, is not on ${node}`,
            {
              text: 'write the file again (proxwright apply does), or take the setting away',
              command: 'qm set <vmid> --delete cicustom',
            },
          ),
        ];
      const moving = [...new Set(all.filter(({ moves }) => moves).map(({ guest }) => guest))];
      if (moving.length === 0) return [];
      return [
        warn(`${volume} is not on ${node}, where HA may start ${listed(moving)}`, {
          text: 'copy it to all nodes (proxwright apply does), or keep snippets on a shared storage',
        }),
      ];
    });
    const own = seen.filter(({ here }) => here).length;
    return orPass(verdicts, own === 0 ? 'no guest has one' : count(own, 'file'));
  },
});

/** `vm:100`, …; none where that may not be seen. */
async function managed(look: Look): Promise<string[]> {
  try {
    return rowsOf(await look.get('/cluster/ha/resources'), 'the HA resources').map((row) =>
      textAt(row, 'sid'),
    );
  } catch (error) {
    if (error instanceof Unseen) return [];
    throw error;
  }
}
