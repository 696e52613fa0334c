import { defineCheck, type Verdict } from '../../check.ts';
import { dfOutput, fileSystemsOf } from '../../read/df.ts';
import { fail, orPass, warn } from '../../verdict.ts';

export const inodes = defineCheck({
  id: 'PVE-INODES',
  group: 'node',
  title: 'Free inodes',
  looksAt: 'df -P -i / /var/lib/vz',
  why: 'A file system without inodes is full although it has space: no file can be made.',
  needs: 'host',
  scope: 'node',
  read: async (look) => dfOutput(await look.command('df', '-P', '-i', '/', '/var/lib/vz'), 'df -P -i'),
  judge(seen) {
    const verdicts = fileSystemsOf(seen, 'df -P -i').flatMap(({ mount, total, free }): Verdict[] => {
      // btrfs and others count none.
      if (total === 0) return [];
      const share = free / total;
      const fix = {
        text: 'find the folder with very many small files',
        command: `du --inodes -xd2 ${mount} | sort -n | tail`,
      };
      if (share < 0.01) return [fail(`${mount} has ${free} inodes left`, fix)];
      return share < 0.1 ? [warn(`${mount} has ${Math.round(share * 100)} % of its inodes left`, fix)] : [];
    });
    return orPass(verdicts, 'plenty on all file systems');
  },
});
