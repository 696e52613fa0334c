import { defineCheck, type Verdict } from '../../check.ts';
import { NO_STORAGE, readStorages, storagesOf } from '../../read/storages.ts';
import { fail, orPass, skip, warn } from '../../verdict.ts';

const GIB = 1024 ** 3;

export const full = defineCheck({
  id: 'STO-FULL',
  group: 'storage',
  title: 'Storages have room',
  looksAt: 'GET /nodes/{node}/storage',
  why: 'A guest whose thin disk finds no room stops with an I/O error, in the middle of what it was writing.',
  needs: 'api',
  scope: 'node',
  read: readStorages,
  judge(seen) {
    const all = storagesOf(seen).filter((one) => one.active && one.enabled && one.total > 0);
    if (storagesOf(seen).length === 0) return skip(NO_STORAGE);
    const verdicts = all.flatMap(({ storage, total, avail }): Verdict[] => {
      const share = avail / total;
      const text = `${storage} has ${(avail / GIB).toFixed(1)} of ${(total / GIB).toFixed(0)} GiB left`;
      const fix = { text: 'move or remove disks, backups or images', command: `pvesm list ${storage}` };
      if (share < 0.05) return [fail(text, fix)];
      return share < 0.1 ? [warn(text, fix)] : [];
    });
    return orPass(
      verdicts,
      all.map(({ storage, avail }) => `${storage} ${(avail / GIB).toFixed(0)} GiB`).join(', '),
    );
  },
});
