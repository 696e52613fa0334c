import { defineCheck, type Verdict } from '../../check.ts';
import { dfOutput, fileSystemsOf } from '../../read/df.ts';
import { fail, orPass, warn } from '../../verdict.ts';

const GIB = 1024 ** 2;

export const space = defineCheck({
  id: 'PVE-SPACE',
  group: 'node',
  title: 'Free space',
  looksAt: 'df -P / /var/lib/vz',
  why: 'A full root file system stops the cluster database, logs, uploads and backups; guests on /var/lib/vz stop with an I/O error.',
  needs: 'host',
  scope: 'node',
  read: async (look) => dfOutput(await look.command('df', '-P', '/', '/var/lib/vz'), 'df -P'),
  judge(seen) {
    const all = fileSystemsOf(seen, 'df -P');
    const verdicts = all.flatMap(({ mount, total, free, used }): Verdict[] => {
      const share = total === 0 ? 0 : used / (used + free);
      const gib = (free / GIB).toFixed(1);
      const fix = {
        text: 'see what takes it; old backups, images and logs go first',
        command: `du -xhd1 ${mount} | sort -h | tail`,
      };
      if (free < GIB || share > 0.97) return [fail(`${mount} has ${gib} GiB left`, fix)];
      if (free < 4 * GIB || share > 0.9)
        return [warn(`${mount} has ${gib} GiB left (${Math.round(share * 100)} % used)`, fix)];
      return [];
    });
    return orPass(
      verdicts,
      all.map(({ mount, free }) => `${mount} ${(free / GIB).toFixed(0)} GiB free`).join(', '),
    );
  },
});
