import { defineCheck } from '../../check.ts';
import { Unseen } from '../../look.ts';
import { readPrivileges, seesAll } from '../../read/privileges.ts';
import { storagesOf } from '../../read/storages.ts';
import { isOn, numberAt, rowsOf, textAt } from '../../understand.ts';
import { count, info, listed, pass, skip, warn } from '../../verdict.ts';

const GIB = 1024 ** 3;

export const orphans = defineCheck({
  id: 'STO-ORPHANS',
  group: 'storage',
  title: 'No disks without a guest',
  looksAt: 'GET /nodes/{node}/storage/{storage}/content?content=images, GET /cluster/resources',
  why: 'They take room, and the next guest of that number starts with disk names that are taken.',
  needs: 'api',
  scope: 'node',
  read: async (look, about) => {
    const { node, online } = about;
    const storages = storagesOf(await look.get('/nodes/{node}/storage')).filter(
      // A shared storage is looked at once, from the first node.
      (one) =>
        one.active && one.enabled && one.content.includes('images') && (!one.shared || online[0] === node),
    );
    const lists = await Promise.all(
      storages.map(async ({ storage }) => {
        const path = `/nodes/{node}/storage/${encodeURIComponent(storage)}/content`;
        try {
          return { storage, volumes: await look.get(path, { content: 'images' }) };
        } catch (error) {
          // A slow or forbidden storage keeps no other from being looked at.
          if (error instanceof Unseen) return { storage, volumes: undefined };
          throw error;
        }
      }),
    );
    const privileges = await readPrivileges(look, about);
    return { lists, resources: await look.get('/cluster/resources'), privileges };
  },
  judge({ lists, resources, privileges }) {
    const known = new Set(rowsOf(resources, 'the list of resources').map((row) => numberAt(row, 'vmid')));
    const away = lists.filter(({ volumes }) => volumes === undefined).map(({ storage }) => storage);
    const lost = lists
      .filter(({ volumes }) => volumes !== undefined)
      .flatMap(({ storage, volumes }) => rowsOf(volumes, `the content of ${storage}`))
      .filter(
        (row) =>
          numberAt(row, 'vmid') !== undefined && !known.has(numberAt(row, 'vmid')) && !isOn(row, 'protected'),
      );
    if (lost.length === 0)
      return away.length === 0 ? pass('none') : info(`none, but ${listed(away)} could not be looked at`);
    if (!seesAll(privileges, '/vms', ['VM.Audit']))
      return skip('this user does not see all guests (VM.Audit)');
    const names = lost.map((row) => textAt(row, 'volid'));
    const size = lost.reduce((sum, row) => sum + (numberAt(row, 'size') ?? 0), 0) / GIB;
    return warn(
      `${count(lost.length, 'disk')} (${size.toFixed(1)} GiB) of guests that are not there: ${listed(names)}`,
      {
        text: 'see whether anybody wants them; then remove them',
        command: `pvesm free ${names[0]}`,
      },
    );
  },
});
