import { defineCheck } from '../../check.ts';
import { Garbled } from '../../look.ts';
import { outputOf } from '../../understand.ts';
import { info, pass } from '../../verdict.ts';

export const imageRoot = defineCheck({
  id: 'IMG-ROOT',
  group: 'image building',
  title: 'Root, for the native engine',
  looksAt: 'id -u',
  why: 'The native engine makes devices and changes root. Packer and Docker do without.',
  needs: 'local',
  scope: 'cluster',
  for: ['maas_image'],
  read: async (look) => outputOf(await look.command('id', '-u'), 'id -u'),
  judge(text) {
    const uid = text.trim();
    if (!/^\d+$/.test(uid)) throw new Garbled('id -u', text);
    // Another engine may be meant, so this alone is never a failure.
    return uid === '0'
      ? pass('root')
      : info('you are not root, which the native engine needs', {
          text: 'run it with sudo, or choose another engine',
          command: 'sudo proxwright image build',
        });
  },
});
