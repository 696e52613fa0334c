import { defineCheck } from '../../check.ts';
import { jsonOf, outputOf, type Row, rowOf, rowsOf, textAt } from '../../understand.ts';
import { listed, pass, warn } from '../../verdict.ts';

export const gateway = defineCheck({
  id: 'NET-GATEWAY',
  group: 'network',
  title: 'One default route',
  looksAt: 'ip -j route show default, ip -6 -j route show default',
  why: 'Without one nothing beyond the own network is reached; with two of one metric it is chance which counts.',
  needs: 'host',
  scope: 'node',
  read: async (look) => ({
    four: outputOf(await look.command('ip', '-j', 'route', 'show', 'default'), 'ip route'),
    // A node with IPv6 alone is none without a way out.
    six: (await look.command('ip', '-6', '-j', 'route', 'show', 'default')).stdout,
  }),
  judge({ four, six }) {
    const routes = defaultsOf(four);
    const ways = routes.map(wayOf);
    if (routes.length === 0) {
      const [first] = defaultsOf(six);
      if (first) return pass(`${wayOf(first)}, by IPv6 alone`);
      return warn('there is no default route', {
        text: 'give the interface that leads out a gateway',
        command: 'editor /etc/network/interfaces && ifreload -a',
      });
    }
    const metrics = routes.map((row) => textAt(row, 'metric'));
    if (new Set(metrics).size < routes.length)
      return warn(`there are ${routes.length} default routes of one metric: ${listed(ways)}`, {
        text: 'keep one gateway',
        command: 'ip route show default',
      });
    return pass(listed(ways));
  },
});

function defaultsOf(text: string): readonly Row[] {
  return rowsOf(jsonOf(text.trim() === '' ? '[]' : text, 'ip route'), 'ip route').filter(
    (row) => row.dst === 'default',
  );
}

/** One route may have several gateways (ECMP), or one of another family. */
function wayOf(row: Row): string {
  if (Array.isArray(row.nexthops)) return listed(rowsOf(row.nexthops, 'ip route').map(wayOf));
  const via = row.via === undefined ? '' : textAt(rowOf(row.via, 'ip route'), 'host');
  return `${textAt(row, 'gateway') || via || 'a link'} by ${textAt(row, 'dev')}`;
}
