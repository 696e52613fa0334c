import { defineCheck } from '../../check.ts';
import { isOn, rowOf, rowsOf, textAt } from '../../understand.ts';
import { count, listed, orPass, skip, warn } from '../../verdict.ts';

/** Gone with Proxmox VE 9 (release notes); guest agent calls have privileges of their own since. */
const REMOVED = ['VM.Monitor'];

export const removedPrivileges = defineCheck({
  id: 'ACC-REMOVED-PRIVILEGES',
  group: 'access',
  title: 'Roles name no privilege that is gone',
  looksAt: 'GET /access/roles, GET /version',
  why: 'Proxmox VE 9 has no VM.Monitor: each reading of the role warns, each change of it fails, and who relied on it may ask no guest agent.',
  needs: 'api',
  scope: 'cluster',
  read: async (look) => ({ roles: await look.get('/access/roles'), version: await look.get('/version') }),
  judge({ roles, version }) {
    const major = Number.parseInt(textAt(rowOf(version, 'the version'), 'version'), 10);
    if (major < 9) return skip(`Proxmox VE ${major} still has them`);
    const own = rowsOf(roles, 'the roles').filter((row) => !isOn(row, 'special'));
    const verdicts = own.flatMap((row) => {
      const all = textAt(row, 'privs')
        .split(/[\s,;]+/)
        .filter((one) => one !== '');
      const gone = all.filter((one) => REMOVED.includes(one));
      if (gone.length === 0) return [];
      const name = textAt(row, 'roleid');
      const kept = [...new Set([...all.filter((one) => !REMOVED.includes(one)), 'VM.GuestAgent.Audit'])].join(
        ',',
      );
      return [
        warn(
          `role ${name} names ${listed(gone)}, which Proxmox VE ${major} does not have`,
          {
            text: 'name VM.GuestAgent.Audit in its place',
            command: `pveum role modify ${name} --privs '${kept}'`,
          },
          {
            changes: [
              {
                kind: 'api',
                method: 'put',
                path: `/access/roles/${encodeURIComponent(name)}`,
                params: { privs: kept },
              },
            ],
          },
        ),
      ];
    });
    return orPass(verdicts, `${count(own.length, 'role')} of one's own`);
  },
});
