import { defineCheck } from '../../check.ts';
import { Garbled } from '../../look.ts';
import { info, pass } from '../../verdict.ts';

export const imagePacker = defineCheck({
  id: 'IMG-PACKER',
  group: 'image building',
  title: 'Packer, for its engine',
  looksAt: 'packer version',
  why: 'Only engine: packer needs it.',
  needs: 'local',
  scope: 'cluster',
  for: ['maas_image'],
  read: (look) => look.command('packer', 'version'),
  judge({ exitCode, stdout, stderr }) {
    if (exitCode === 127)
      return info('packer is not installed; the native engine does without', {
        text: 'install it where engine: packer is wanted',
      });
    const version = /Packer v?(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
    // Debian has another program of this name, which packs files into a script.
    if (version === undefined) throw new Garbled('packer version', stdout || stderr);
    return pass(version);
  },
});
