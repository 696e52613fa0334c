import { defineCheck } from '../../check.ts';
import { Garbled } from '../../look.ts';
import { jsonOf, rowOf, rowsOf, textAt } from '../../understand.ts';
import { count, info, listed, pass, skip, warn } from '../../verdict.ts';

/** Rack controllers that are asked; each is a question of its own. */
const MOST = 8;

export const maasRackSync = defineCheck({
  id: 'MAAS-RACK-SYNC',
  group: 'maas',
  title: 'Rack controllers have the images',
  looksAt: 'GET /MAAS/api/2.0/rackcontrollers/, and their op=list_boot_images',
  why: 'Machines fetch the image from their rack controller: one that is cut off or behind deploys an older one, or none.',
  needs: 'maas',
  scope: 'cluster',
  for: ['maas'],
  read: async (look) => {
    const list = await look.maas('rackcontrollers/');
    if (list.status !== 200) return { list, racks: [] };
    const rows = rowsOf(jsonOf(list.body, 'MAAS'), 'MAAS').slice(0, MOST);
    const racks = rows.map(async (row) => {
      const id = encodeURIComponent(textAt(row, 'system_id'));
      const { status, body } = await look.maas(`rackcontrollers/${id}/?op=list_boot_images`);
      // Left out by versions whose regions hand out the images themselves.
      return { name: textAt(row, 'hostname'), said: status === 200 ? body : undefined };
    });
    return { list, racks: await Promise.all(racks) };
  },
  judge({ list, racks }) {
    if (list.status === 401 || list.status === 403) return skip('needs a valid API key, of an administrator');
    if (list.status !== 200) throw new Garbled('MAAS', list.body);
    const known = racks.flatMap(({ name, said }) =>
      said === undefined ? [] : [{ name, row: rowOf(jsonOf(said, 'MAAS'), 'MAAS') }],
    );
    if (known.length === 0) return skip('MAAS does not say what its rack controllers have');
    const cut = known.filter(({ row }) => row.connected === false).map(({ name }) => name);
    if (cut.length > 0)
      return warn(`the region has no connection to ${listed(cut)}`, {
        text: 'look at the services there',
        command: 'maas status',
      });
    const behind = known.filter(({ row }) => !/^(synced|unknown|)$/i.test(textAt(row, 'status')));
    if (behind.length === 0) return pass(count(known.length, 'rack controller'));
    const names = behind.map(({ name, row }) => `${name} (${textAt(row, 'status')})`);
    return info(`not all images are at ${listed(names)} yet`, {
      text: 'wait for it; where it does not end, have them imported again',
      command: 'maas <profile> rack-controllers import-boot-images',
    });
  },
});
