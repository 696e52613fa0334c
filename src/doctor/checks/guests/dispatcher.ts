import { listAssets, readAsset } from '../../../assets.ts';
import { defineCheck, type Verdict } from '../../check.ts';
import type { Look } from '../../look.ts';
import { snippetFolders } from '../../read/storages.ts';
import { isOn, rowsOf, textAt } from '../../understand.ts';
import { listed, orPass, skip, warn } from '../../verdict.ts';

/** Proxwright's hookscripts have its name, so that nobody else's file is taken for one. */
const MODE = 0o755;

export const dispatcher = defineCheck({
  id: 'VM-DISPATCHER',
  group: 'guests',
  title: 'Our hookscripts are those of this version',
  looksAt: 'proxwright-*.pl in the snippet folders of this node',
  why: 'They run at every start and stop of their guests. An older one lacks what was mended since; a changed one does what nobody here knows.',
  needs: 'host',
  scope: 'node',
  for: ['clusters'],
  // A plan that uses them brings them up to date.
  gate: 'makes',
  read: async (look: Look, { online, node }) => {
    const [configured, here] = await Promise.all([look.get('/storage'), look.get('/nodes/{node}/storage')]);
    const folders = snippetFolders(configured);
    const storages = rowsOf(here, 'the list of storages')
      .filter((row) => isOn(row, 'active') && textAt(row, 'content').split(',').includes('snippets'))
      // What nodes share is looked at and mended from the first of them.
      .filter((row) => !isOn(row, 'shared') || online[0] === node)
      .flatMap((row) => folders.get(textAt(row, 'storage')) ?? []);
    const files = storages.flatMap((folder) =>
      ourScripts().map((name) => ({ name, path: `${folder}/${name}` })),
    );
    return Promise.all(files.map(async ({ name, path }) => ({ name, path, text: await look.file(path) })));
  },
  judge(seen, { node }) {
    const there = seen.flatMap(({ name, path, text }) => (text === undefined ? [] : [{ name, path, text }]));
    if (there.length === 0) return skip('none is installed');
    const verdicts = there.flatMap(({ name, path, text }): Verdict[] => {
      const ours = readAsset(`hookscripts/${name}`);
      if (text === ours) return [];
      return [
        warn(
          `${path} is not the one of this version of proxwright`,
          {
            text: 'write it anew; guests run it at their next start or stop',
            command: 'proxwright doctor --only VM-DISPATCHER --fix',
          },
          { changes: [{ kind: 'file', node, path, before: text, after: ours, mode: MODE }] },
        ),
      ];
    });
    return orPass(verdicts, listed(there.map(({ path }) => path)));
  },
});

function ourScripts(): string[] {
  return listAssets('hookscripts').filter((name) => name.startsWith('proxwright-'));
}
