import { defineCheck, type Verdict } from '../../check.ts';
import { guestName, readGuests } from '../../read/guests.ts';
import { snippetFile, snippetFolders } from '../../read/storages.ts';
import { fail, listed, orPass } from '../../verdict.ts';

export const hookscripts = defineCheck({
  id: 'VM-HOOKSCRIPT',
  group: 'guests',
  title: 'Hookscripts are there and executable',
  looksAt: 'hookscript of the guests of this node, their files',
  why: 'A guest whose hookscript is missing or not executable does not start, or starts without what the script does.',
  needs: 'host',
  scope: 'node',
  for: ['clusters', 'vms'],
  gate: 'tells',
  read: async (look) => {
    const guests = (await readGuests(look)).filter(
      (guest) => guest.node === look.node && guest.config?.hookscript !== undefined,
    );
    const folders = snippetFolders(guests.length > 0 ? await look.get('/storage') : []);
    return Promise.all(
      guests.map(async (guest) => {
        const volume = guest.config?.hookscript ?? '';
        const file = snippetFile(volume, folders);
        const exists = file !== undefined && (await look.command('test', '-f', file)).exitCode === 0;
        const runs = exists && (await look.command('test', '-x', file)).exitCode === 0;
        return { guest: guestName(guest), volume, file, exists, runs };
      }),
    );
  },
  judge(seen, { node }) {
    const volumes = [...new Set(seen.map(({ volume }) => volume))];
    const verdicts = volumes.flatMap((volume): Verdict[] => {
      const users = seen.filter((one) => one.volume === volume);
      const [{ file, exists, runs } = { file: undefined, exists: false, runs: false }] = users;
      if (runs) return [];
      const who = listed(users.map(({ guest }) => guest));
      if (file === undefined)
        return [
          fail(`hookscript ${volume} of ${who} lies on no storage with snippets`, {
            text: 'put it on one, and set it again',
            command: 'qm set <vmid> --hookscript <storage>:snippets/<file>',
          }),
        ];
      if (!exists)
        return [
          fail(`hookscript ${volume} of ${who} is not there (${file})`, {
            text: 'bring the file back, or take the setting away',
            command: `qm set <vmid> --delete hookscript`,
          }),
        ];
      return [
        fail(
          `hookscript ${volume} of ${who} is not executable`,
          { text: 'make it so', command: `chmod 755 ${file}` },
          {
            changes: [{ kind: 'command', node, argv: ['chmod', '755', file], undo: ['chmod', '644', file] }],
          },
        ),
      ];
    });
    return orPass(verdicts, volumes.length === 0 ? 'no guest has one' : listed(volumes));
  },
});
