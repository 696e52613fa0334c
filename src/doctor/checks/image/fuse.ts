import { defineCheck } from '../../check.ts';
import { info, pass } from '../../verdict.ts';

export const imageFuse = defineCheck({
  id: 'IMG-FUSE',
  group: 'image building',
  title: 'FUSE is there',
  looksAt: '/dev/fuse',
  why: 'Packer and Docker mount the image with fuse2fs; containers need the device handed in.',
  needs: 'local',
  scope: 'cluster',
  for: ['maas_image'],
  read: async (look) => (await look.command('test', '-c', '/dev/fuse')).exitCode,
  judge(exitCode) {
    return exitCode === 0
      ? pass('/dev/fuse')
      : info('there is no /dev/fuse, which engines packer and docker need', {
          text: 'load the module',
          command: 'modprobe fuse',
        });
  },
});
