import { parseProperties } from '../../../pve/property-string.ts';
import { defineCheck } from '../../check.ts';
import { guestName, numbered, readGuests } from '../../read/guests.ts';
import { readPrivileges, seesAll } from '../../read/privileges.ts';
import { rowsOf, textAt } from '../../understand.ts';
import { count, fail, orPass, skip } from '../../verdict.ts';

const MAY_SEE = ['Mapping.Audit', 'Mapping.Use', 'Mapping.Modify'];

export const shares = defineCheck({
  id: 'VM-SHARES',
  group: 'guests',
  title: 'Shares name a mapping of their node',
  looksAt: 'virtiofs of all guests, GET /cluster/mapping/dir',
  why: 'Proxmox VE takes any name, and the guest fails at its start: "Directory ID … does not exist."',
  needs: 'api',
  scope: 'cluster',
  gate: 'tells',
  read: async (look, about) => ({
    privileges: await readPrivileges(look, about),
    guests: await readGuests(look),
    mappings: await look.get('/cluster/mapping/dir'),
  }),
  judge({ guests, mappings, privileges }) {
    const maps = new Map(
      rowsOf(mappings, 'the folder mappings').map((row) => [
        textAt(row, 'id'),
        Array.isArray(row.map) ? row.map.map((one) => parseProperties(String(one)).node ?? '') : [],
      ]),
    );
    const all = guests.flatMap((guest) =>
      numbered(guest.config, 'virtiofs').map(({ key, value }) => ({
        guest,
        key,
        id: parseProperties(value, 'dirid').dirid ?? '',
      })),
    );
    const verdicts = all.flatMap(({ guest, key, id }) => {
      const nodes = maps.get(id);
      if (nodes?.includes(guest.node)) return [];
      const text = nodes ? `has no folder on ${guest.node}` : 'does not exist';
      return [
        fail(`guest ${guestName(guest)} has ${key} of mapping ${id}, which ${text}`, {
          text: 'map the folder on that node, or take the share away',
          command: nodes
            ? `pvesh set /cluster/mapping/dir/${id} --map …`
            : `pvesh create /cluster/mapping/dir --id ${id} --map node=${guest.node},path=<folder>`,
        }),
      ];
    });
    if (verdicts.length > 0 && !seesAll(privileges, '/mapping/dir', MAY_SEE))
      return skip('this user does not see all folder mappings (Mapping.Audit)');
    return orPass(verdicts, all.length === 0 ? 'no guest has one' : count(all.length, 'share'));
  },
});
