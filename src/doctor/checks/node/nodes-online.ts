import { defineCheck } from '../../check.ts';
import { rowsOf, textAt } from '../../understand.ts';
import { listed, pass, warn } from '../../verdict.ts';

export const nodesOnline = defineCheck({
  id: 'PVE-NODES-ONLINE',
  group: 'node',
  title: 'All nodes are up',
  looksAt: 'GET /nodes',
  why: 'Guests cannot be placed on a node that is away, and one more that goes may take the quorum with it.',
  needs: 'api',
  scope: 'cluster',
  read: (look) => look.get('/nodes'),
  judge(seen) {
    const rows = rowsOf(seen, 'the list of nodes');
    const away = rows.filter((row) => row.status !== 'online').map((row) => textAt(row, 'node'));
    if (away.length === 0)
      return pass(`${listed(rows.map((row) => textAt(row, 'node')))} ${rows.length === 1 ? 'is' : 'are'} up`);
    return warn(`${listed(away)} ${away.length === 1 ? 'is' : 'are'} not up`, {
      text: 'start the machine, or look at its network and at corosync there',
      command: 'pvecm status',
    });
  },
});
