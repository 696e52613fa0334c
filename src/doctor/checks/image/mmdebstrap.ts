import { defineCheck } from '../../check.ts';
import { Garbled } from '../../look.ts';
import { lacking, pass, skip } from '../../verdict.ts';

/** The first of Debian 12; what is older lacks `--hook-dir` and arch-test. */
const OLDEST = '1.3';

export const imageMmdebstrap = defineCheck({
  id: 'IMG-MMDEBSTRAP',
  group: 'image building',
  title: 'mmdebstrap is new enough',
  looksAt: 'mmdebstrap --version',
  why: 'Hooks of the recipe need an mmdebstrap of Debian 12 or later.',
  needs: 'local',
  scope: 'cluster',
  for: ['maas_image'],
  read: (look) => look.command('mmdebstrap', '--version'),
  judge({ exitCode, stdout, stderr }, about) {
    if (exitCode === 127) return skip('mmdebstrap is not installed');
    const version = /^mmdebstrap (\d+\.\d+(?:\.\d+)?)/.exec(stdout)?.[1];
    if (version === undefined) throw new Garbled('mmdebstrap --version', stdout || stderr);
    if (version.localeCompare(OLDEST, 'en', { numeric: true }) >= 0) return pass(version);
    return lacking(about, `mmdebstrap ${version} is older than ${OLDEST}`, {
      text: 'take that of Debian 12 or later',
      command: 'apt-get install -y mmdebstrap',
    });
  },
});
