import { defineCheck } from '../../check.ts';
import { NO_STORAGE, readStorages, storagesOf } from '../../read/storages.ts';
import { listed, pass, skip, warn } from '../../verdict.ts';

export const active = defineCheck({
  id: 'STO-ACTIVE',
  group: 'storage',
  title: 'Storages are there',
  looksAt: 'GET /nodes/{node}/storage',
  why: 'Guests whose disk lies on a storage that is away do not start; and each look at it makes pvestatd wait.',
  needs: 'api',
  scope: 'node',
  read: readStorages,
  judge(seen) {
    const all = storagesOf(seen).filter(({ enabled }) => enabled);
    if (storagesOf(seen).length === 0) return skip(NO_STORAGE);
    const away = all.filter((storage) => !storage.active).map(({ storage }) => storage);
    if (away.length === 0) return pass(listed(all.map(({ storage }) => storage)));
    return warn(`${listed(away)} ${away.length === 1 ? 'is' : 'are'} enabled but not there`, {
      text: 'bring its server or disk back, or disable it',
      command: `pvesm status --storage ${away[0]}; pvesm set ${away[0]} --disable 1`,
    });
  },
});
