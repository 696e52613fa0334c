import { isBefore84, unsupportedReason } from '../../../pve/version.ts';
import { defineCheck } from '../../check.ts';
import { Garbled } from '../../look.ts';
import { rowOf, textAt } from '../../understand.ts';
import { fail, pass, warn } from '../../verdict.ts';

export const version = defineCheck({
  id: 'PVE-VERSION',
  group: 'node',
  title: 'Version of Proxmox VE',
  looksAt: 'GET /nodes/{node}/version',
  why: 'Proxwright knows the API of 8.0 to 9.2; newer ones may answer otherwise. Before 8.4 no disk images are imported, and virtiofs shares need a hookscript.',
  needs: 'api',
  scope: 'node',
  read: (look) => look.get('/nodes/{node}/version'),
  judge(seen) {
    const release = textAt(rowOf(seen, 'the version'), 'version');
    if (!/^\d+\.\d+/.test(release)) throw new Garbled('the version', seen);
    const reason = unsupportedReason(release);
    const upgrade = {
      text: 'bring the node to a version from 8.4 to 9.2',
      command: 'apt update && apt full-upgrade',
    };
    if (reason !== undefined)
      return fail(reason, /newer/.test(reason) ? { text: 'bring proxwright up to date' } : upgrade);
    if (isBefore84(release))
      return warn(
        `Proxmox VE ${release} is older than 8.4: its API imports no disk images, so that clusters need a template that is there (template:)`,
        upgrade,
      );
    return pass(`Proxmox VE ${release}`);
  },
});
