import { parseProperties } from '../../../pve/property-string.ts';
import { defineCheck } from '../../check.ts';
import type { Look } from '../../look.ts';
import { rowsOf, textAt } from '../../understand.ts';
import { fail, orPass, skip } from '../../verdict.ts';

export const dirMappings = defineCheck({
  id: 'VM-DIR-MAPPING',
  group: 'guests',
  title: 'Mapped folders are there',
  looksAt: 'GET /cluster/mapping/dir, the folders on this node',
  why: 'A guest whose share names a folder that is not there does not start on that node.',
  needs: 'host',
  scope: 'node',
  for: ['clusters'],
  read: async (look: Look) => {
    const mappings = rowsOf(await look.get('/cluster/mapping/dir'), 'the folder mappings').map((row) => ({
      id: textAt(row, 'id'),
      path: pathOn(look.node, row.map),
    }));
    return Promise.all(
      mappings.map(async ({ id, path }) => ({
        id,
        path,
        there: path !== undefined && (await look.command('test', '-d', path)).exitCode === 0,
      })),
    );
  },
  judge(seen, { node }) {
    const here = seen.filter(({ path }) => path !== undefined);
    if (here.length === 0) return skip(seen.length === 0 ? 'there are none' : `none names ${node}`);
    return orPass(
      here
        .filter(({ there }) => !there)
        .map(({ id, path = '' }) =>
          fail(
            `${path}, which mapping ${id} names, is no folder on ${node}`,
            { text: 'make or mount it, or take the node out of the mapping', command: `mkdir -p ${path}` },
            { changes: [{ kind: 'command', node, argv: ['mkdir', '-p', path], undo: ['rmdir', path] }] },
          ),
        ),
      here.map(({ id, path }) => `${id} is ${path}`).join(', '),
    );
  },
});

/** `node=pve1,path=/srv/share`, one for each node. */
function pathOn(node: string, map: unknown): string | undefined {
  if (!Array.isArray(map)) return undefined;
  return map.map((one) => parseProperties(String(one))).find((one) => one.node === node)?.path;
}
