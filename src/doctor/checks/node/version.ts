import { unsupportedReason } from '../../../pve/version.ts';
import { defineCheck } from '../../check.ts';
import { Garbled } from '../../look.ts';
import { rowOf, textAt } from '../../understand.ts';
import { fail, pass } from '../../verdict.ts';

export const version = defineCheck({
  id: 'PVE-VERSION',
  group: 'node',
  title: 'Version of Proxmox VE',
  looksAt: 'GET /nodes/{node}/version',
  why: 'Proxwright knows the API of 8.4 to 9.2. Older ones cannot import disk images, newer ones may answer otherwise.',
  needs: 'api',
  scope: 'node',
  read: (look) => look.get('/nodes/{node}/version'),
  judge(seen) {
    const release = textAt(rowOf(seen, 'the version'), 'version');
    if (!/^\d+\.\d+/.test(release)) throw new Garbled('the version', seen);
    const reason = unsupportedReason(release);
    if (reason === undefined) return pass(`Proxmox VE ${release}`);
    return fail(
      reason,
      /newer/.test(reason)
        ? { text: 'bring proxwright up to date' }
        : { text: 'bring the node to a version from 8.4 to 9.2', command: 'apt update && apt full-upgrade' },
    );
  },
});
