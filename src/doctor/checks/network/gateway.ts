import { defineCheck } from '../../check.ts';
import { jsonOf, outputOf, rowsOf, textAt } from '../../understand.ts';
import { listed, pass, warn } from '../../verdict.ts';

export const gateway = defineCheck({
  id: 'NET-GATEWAY',
  group: 'network',
  title: 'One default route',
  looksAt: 'ip -j route show default',
  why: 'Without one nothing beyond the own network is reached; with two of one metric it is chance which counts.',
  needs: 'host',
  scope: 'node',
  read: async (look) => outputOf(await look.command('ip', '-j', 'route', 'show', 'default'), 'ip route'),
  judge(text) {
    const routes = rowsOf(jsonOf(text.trim() === '' ? '[]' : text, 'ip route'), 'ip route').filter(
      (row) => row.dst === 'default',
    );
    const ways = routes.map((row) => `${textAt(row, 'gateway') || 'a link'} by ${textAt(row, 'dev')}`);
    if (routes.length === 0)
      return warn('there is no default route', {
        text: 'give the interface that leads out a gateway',
        command: 'editor /etc/network/interfaces && ifreload -a',
      });
    const metrics = routes.map((row) => textAt(row, 'metric'));
    if (new Set(metrics).size < routes.length)
      return warn(`there are ${routes.length} default routes of one metric: ${listed(ways)}`, {
        text: 'keep one gateway',
        command: 'ip route show default',
      });
    return pass(listed(ways));
  },
});
