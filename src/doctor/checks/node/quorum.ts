import { defineCheck } from '../../check.ts';
import { isOn, rowsOf } from '../../understand.ts';
import { fail, pass, skip } from '../../verdict.ts';

export const quorum = defineCheck({
  id: 'PVE-QUORUM',
  group: 'node',
  title: 'Quorum',
  looksAt: 'GET /cluster/status',
  why: 'Without quorum /etc/pve can only be read: nothing can be made, changed or started.',
  needs: 'api',
  scope: 'cluster',
  url: 'https://pve.proxmox.com/pve-docs/chapter-pvecm.html',
  read: (look) => look.get('/cluster/status'),
  judge(seen) {
    const rows = rowsOf(seen, 'the status of the cluster');
    const cluster = rows.find((row) => row.type === 'cluster');
    if (!cluster)
      return rows.some((row) => row.type === 'node')
        ? skip('there is one node')
        : fail('the cluster names no node at all', {
            text: 'look at pve-cluster',
            command: 'systemctl status pve-cluster',
          });
    const online = rows.filter((row) => row.type === 'node' && isOn(row, 'online')).length;
    const all = rows.filter((row) => row.type === 'node').length;
    if (isOn(cluster, 'quorate')) return pass(`${online} of ${all} nodes, quorate`);
    return fail(`no quorum: ${online} of ${all} nodes are there`, {
      text: 'bring the other nodes back, or their network; where they are gone for good, pvecm expected lowers what is needed',
      command: 'pvecm status',
    });
  },
});
