import { defineCheck } from '../../check.ts';
import { numberAt, rowsOf, textAt } from '../../understand.ts';
import { count, pass, warn } from '../../verdict.ts';

const GIB = 1024 ** 3;

export const overcommit = defineCheck({
  id: 'PVE-OVERCOMMIT',
  group: 'node',
  title: 'Memory promised to guests',
  looksAt: 'GET /cluster/resources',
  why: 'All goes well until the guests use what they were promised; then the kernel ends one of them.',
  needs: 'api',
  scope: 'node',
  read: (look) => look.get('/cluster/resources'),
  judge(seen, { node }) {
    const rows = rowsOf(seen, 'the list of resources').filter((row) => textAt(row, 'node') === node);
    const total = numberAt(rows.find((row) => row.type === 'node') ?? {}, 'maxmem') ?? 0;
    const running = rows.filter(
      (row) => (row.type === 'qemu' || row.type === 'lxc') && row.status === 'running',
    );
    const promised = running.reduce((sum, row) => sum + (numberAt(row, 'maxmem') ?? 0), 0);
    const text = `${(promised / GIB).toFixed(1)} GiB promised to ${count(running.length, 'running guest')}, ${(total / GIB).toFixed(1)} GiB there`;
    if (total === 0 || promised <= total) return pass(text);
    return warn(text, { text: 'move guests to another node or give them less memory', command: 'qm list' });
  },
});
