import { defineCheck } from '../../check.ts';
import type { Look } from '../../look.ts';
import { snippetFolders, storagesOf } from '../../read/storages.ts';
import { count, listed, orPass, skip, warn } from '../../verdict.ts';

export const snippetsSame = defineCheck({
  id: 'STO-SNIPPETS-SAME',
  group: 'storage',
  title: 'Hookscripts are the same on all nodes',
  looksAt: 'files of the snippet folders that are not shared',
  why: 'A guest that moves takes its settings along, not its hookscript: on the other node another one runs, or none.',
  needs: 'host',
  scope: 'cluster',
  for: ['clusters', 'vms'],
  read: async (look, { online }) => {
    const folders = snippetFolders(await look.get('/storage'));
    const nodes = await Promise.all(
      online.map(async (node) => {
        const here = look.on(node);
        const storages = storagesOf(await here.get('/nodes/{node}/storage'));
        const own = storages.filter((one) => !one.shared && one.active && one.content.includes('snippets'));
        const sums = await Promise.all(
          own.map(async ({ storage }) => ({ storage, sums: await sumsIn(here, folders.get(storage)) })),
        );
        return { node, sums };
      }),
    );
    return nodes;
  },
  judge(nodes) {
    if (nodes.length < 2) return skip('there is one node');
    const files = new Map<string, Map<string, string>>();
    for (const { node, sums } of nodes)
      for (const { storage, sums: text } of sums)
        for (const [, sum = '', name = ''] of text.matchAll(/^([0-9a-f]{64})\s+\*?(?:.*\/)?(.+)$/gm)) {
          const volume = `${storage}:snippets/${name}`;
          files.set(volume, (files.get(volume) ?? new Map()).set(node, sum));
        }
    const scripts = [...files].filter(([volume]) => /\.(pl|sh|py|hook|bash)$/.test(volume));
    const verdicts = scripts.flatMap(([volume, byNode]) => {
      const missing = nodes.map(({ node }) => node).filter((node) => !byNode.has(node));
      const differ = new Set(byNode.values()).size > 1;
      if (!differ && missing.length === 0) return [];
      const text = differ
        ? `${volume} differs between ${listed([...byNode.keys()])}`
        : `${volume} is missing on ${listed(missing)}`;
      return [
        warn(text, { text: 'copy the right one to all nodes, or keep hookscripts on a shared storage' }),
      ];
    });
    return orPass(
      verdicts,
      scripts.length === 0
        ? 'none lie on storages that are not shared'
        : `the same everywhere: ${count(scripts.length, 'script')}`,
    );
  },
});

async function sumsIn(look: Look, folder: string | undefined): Promise<string> {
  if (folder === undefined) return '';
  const names = (await look.command('ls', folder)).stdout
    .split('\n')
    .filter((name) => /^[\w.+-]+$/.test(name));
  if (names.length === 0) return '';
  return (await look.command('sha256sum', '--', ...names.map((name) => `${folder}/${name}`))).stdout;
}
