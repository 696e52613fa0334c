import { defineCheck } from '../../check.ts';
import { Garbled } from '../../look.ts';
import { snippetFolders, storagesOf } from '../../read/storages.ts';
import { count, listed, pass, skip, warn } from '../../verdict.ts';

export const snippetModes = defineCheck({
  id: 'STO-SNIPPET-MODES',
  group: 'storage',
  title: 'Our Ignition files are for root alone',
  looksAt: 'modes of proxwright-* in the snippet folders',
  why: 'Ignition files hold password hashes and keys: every user of the node can read what is readable to all.',
  needs: 'host',
  scope: 'node',
  for: ['clusters'],
  read: async (look) => {
    const folders = snippetFolders(await look.get('/storage'));
    const storages = storagesOf(await look.get('/nodes/{node}/storage'));
    const own = storages
      .filter((one) => one.active && one.content.includes('snippets'))
      .flatMap(({ storage }) => folders.get(storage) ?? []);
    return Promise.all(
      own.map(async (folder) => {
        const said = await look.command('ls', folder);
        const names = said.stdout
          .split('\n')
          .filter((name) => /^proxwright-[\w.+-]+\.(ign|ya?ml)$/.test(name));
        if (names.length === 0) return '';
        return (await look.command('stat', '-c', '%a %n', '--', ...names.map((name) => `${folder}/${name}`)))
          .stdout;
      }),
    );
  },
  judge(seen, { node }) {
    const lines = seen.flatMap((text) => text.split('\n').filter((line) => line !== ''));
    if (lines.length === 0) return skip('there are none');
    const files = lines.map((line) => {
      const [, mode, path] = /^([0-7]{3,4}) (\/.+)$/.exec(line) ?? [];
      if (mode === undefined || path === undefined) throw new Garbled('stat', line);
      return { mode, path };
    });
    const open = files.filter(({ mode }) => /[4-7]$/.test(mode));
    if (open.length === 0) return pass(count(files.length, 'file'));
    return warn(
      `${listed(open.map(({ path }) => path))} can be read by everybody on the node`,
      { text: 'take the rights away', command: `chmod 600 ${open.map(({ path }) => path).join(' ')}` },
      {
        changes: open.map(({ path, mode }) => ({
          kind: 'command' as const,
          node,
          argv: ['chmod', '600', path],
          undo: ['chmod', mode, path],
        })),
      },
    );
  },
});
