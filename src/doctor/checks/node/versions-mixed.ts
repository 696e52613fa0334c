import { defineCheck } from '../../check.ts';
import { rowOf, textAt } from '../../understand.ts';
import { pass, skip, warn } from '../../verdict.ts';

export const versionsMixed = defineCheck({
  id: 'PVE-VERSIONS-MIXED',
  group: 'node',
  title: 'One version on all nodes',
  looksAt: 'GET /nodes/{node}/version of every node',
  why: 'Guests move from old to new nodes, not always back; and a newer option in a guest stops it on an older node.',
  needs: 'api',
  scope: 'cluster',
  read: (look, { online }) =>
    Promise.all(
      online.map(async (node) => ({ node, said: await look.on(node).get('/nodes/{node}/version') })),
    ),
  judge(seen) {
    if (seen.length < 2) return skip('there is one node');
    const releases = new Map<string, string[]>();
    for (const { node, said } of seen) {
      const release = textAt(rowOf(said, `the version of ${node}`), 'version');
      releases.set(release, [...(releases.get(release) ?? []), node]);
    }
    if (releases.size === 1) return pass(`all ${seen.length} nodes run ${[...releases.keys()][0]}`);
    const each = [...releases].map(([release, nodes]) => `${release} on ${nodes.join(', ')}`);
    return warn(`the nodes run different versions: ${each.join('; ')}`, {
      text: 'upgrade the older nodes, one after the other, with their guests moved away',
      command: 'apt update && apt full-upgrade',
    });
  },
});
