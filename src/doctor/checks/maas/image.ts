import { defineCheck } from '../../check.ts';
import { Garbled, type Look, type MaasAnswer } from '../../look.ts';
import { isOn, jsonOf, type Row, rowOf, rowsOf, textAt } from '../../understand.ts';
import { fail, lacking, listed, pass, skip } from '../../verdict.ts';

export const maasImage = defineCheck({
  id: 'MAAS-IMAGE',
  group: 'maas',
  title: 'An image of Proxmox VE is there and whole',
  looksAt: 'GET /MAAS/api/2.0/boot-resources/, and each image of Proxmox VE there',
  why: 'A deployment with an image that is not registered, or only half uploaded, fails after the machine was started.',
  needs: 'maas',
  scope: 'cluster',
  for: ['maas'],
  read: async (look) => {
    const list = await look.maas('boot-resources/?type=uploaded');
    if (list.status !== 200) return { list, details: [] };
    const ours = oursOf(list);
    return {
      list,
      details: await Promise.all(ours.map(async (row) => [row, await detailsOf(row, look)] as const)),
    };
  },
  judge({ list, details }, about) {
    if (list.status === 401 || list.status === 403) return skip('needs a valid API key');
    if (list.status !== 200) throw new Garbled('MAAS', list.body);
    if (details.length === 0)
      return lacking(about, 'MAAS has no uploaded image of Proxmox VE', {
        text: 'build and upload one',
        command: 'proxwright image build && proxwright image upload',
      });
    const half = details.filter(([row, whole]) => isHalf(row, whole)).map(([row]) => textAt(row, 'name'));
    if (half.length > 0)
      return fail(`${listed(half)} is not uploaded whole`, {
        text: 'upload it again; what is there is kept',
        command: 'proxwright image upload',
      });
    return pass(listed(details.map(([row]) => textAt(row, 'name'))));
  },
});

function oursOf({ body }: MaasAnswer): Row[] {
  return rowsOf(jsonOf(body, 'MAAS'), 'MAAS').filter((row) =>
    /proxmox/i.test(`${textAt(row, 'name')} ${textAt(row, 'title')}`),
  );
}

/** The list says nothing of files; each image by itself does. Undefined: it is just gone. */
async function detailsOf(row: Row, look: Look): Promise<Row | undefined> {
  const { status, body } = await look.maas(`boot-resources/${encodeURIComponent(textAt(row, 'id'))}/`);
  return status === 200 ? rowOf(jsonOf(body, 'MAAS'), 'MAAS') : undefined;
}

/** Its newest version counts: `sets` has them by their names, which are dates. */
function isHalf(row: Row, details: Row | undefined): boolean {
  const sets = details?.sets === undefined ? {} : rowOf(details.sets, 'MAAS');
  const newest = Object.keys(sets).sort().at(-1);
  const set = newest === undefined ? row : rowOf(sets[newest], 'MAAS');
  const files = set.files === undefined ? [] : Object.values(rowOf(set.files, 'MAAS'));
  return [set, ...files.map((file) => rowOf(file, 'MAAS'))].some(
    (part) => part.complete !== undefined && !isOn(part, 'complete'),
  );
}
