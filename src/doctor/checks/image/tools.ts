import { defineCheck } from '../../check.ts';
import { Garbled } from '../../look.ts';
import { lacking, listed, pass } from '../../verdict.ts';

/** Command → its package in Debian. */
const TOOLS = {
  mmdebstrap: 'mmdebstrap',
  pigz: 'pigz',
  'arch-test': 'arch-test',
  gpgv: 'gpgv',
  tar: 'tar',
  unshare: 'util-linux',
} as const;

export const imageTools = defineCheck({
  id: 'IMG-TOOLS',
  group: 'image building',
  title: 'Tools of the native engine',
  looksAt: `which ${Object.keys(TOOLS).join(' ')}`,
  why: 'The native engine builds with mmdebstrap; it needs neither KVM nor Docker.',
  needs: 'local',
  scope: 'cluster',
  for: ['maas_image'],
  read: (look) => look.command('which', ...Object.keys(TOOLS)),
  judge({ exitCode, stdout, stderr }, about) {
    // 1: one of them is not there.
    if (exitCode > 1) throw new Garbled('which', stderr || stdout);
    const found = stdout.split('\n').map((line) => line.trim().split('/').at(-1));
    const missing = Object.entries(TOOLS).filter(([name]) => !found.includes(name));
    if (missing.length === 0) return pass('all are there');
    return lacking(
      about,
      `${listed(missing.map(([name]) => name))} ${missing.length === 1 ? 'is' : 'are'} not installed`,
      {
        text: 'install them',
        command: `apt-get install -y ${[...new Set(missing.map(([, name]) => name))].join(' ')}`,
      },
    );
  },
});
