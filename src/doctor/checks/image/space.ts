import { defineCheck } from '../../check.ts';
import { dfOutput, fileSystemsOf } from '../../read/df.ts';
import { lacking, pass } from '../../verdict.ts';

/** KiB. Measured: 5 GB for Proxmox VE by the native engine; Packer's disk and its cache take twice that. */
const ROOM = 10e9 / 1024;

export const imageSpace = defineCheck({
  id: 'IMG-SPACE',
  group: 'image building',
  title: 'Room to build in',
  looksAt: 'df -P /var/tmp /tmp',
  why: 'A build that finds no room fails in its last minutes.',
  needs: 'local',
  scope: 'cluster',
  for: ['maas_image'],
  read: async (look) => dfOutput(await look.command('df', '-P', '/var/tmp', '/tmp'), 'df -P'),
  judge(text, about) {
    const [most] = fileSystemsOf(text, 'df -P').sort((a, b) => b.free - a.free);
    const gigabytes = (((most?.free ?? 0) * 1024) / 1e9).toFixed(1);
    if ((most?.free ?? 0) >= ROOM) return pass(`${gigabytes} GB on ${most?.mount}`);
    return lacking(about, `${gigabytes} GB are free, 10 are needed`, {
      text: 'free some, or set maas_image.work_dir to a folder on another disk',
    });
  },
});
