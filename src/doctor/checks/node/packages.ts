import { defineCheck } from '../../check.ts';
import { outputOf } from '../../understand.ts';
import { fail, listed, pass } from '../../verdict.ts';

export const packages = defineCheck({
  id: 'PVE-PACKAGES',
  group: 'node',
  title: 'No half-installed packages',
  looksAt: 'dpkg --audit',
  why: 'An upgrade that was cut off leaves services of two versions, and apt refuses every further one.',
  needs: 'host',
  scope: 'node',
  read: async (look) => outputOf(await look.command('dpkg', '--audit'), 'dpkg --audit'),
  judge(text, { node }) {
    if (text.trim() === '') return pass('all are whole');
    const names = [...text.matchAll(/^ (\S+)\s/gm)].map((match) => match[1] ?? '');
    return fail(
      names.length > 0
        ? `half installed: ${listed(names)}`
        : 'dpkg speaks of packages that are half installed',
      { text: 'finish what was cut off', command: 'dpkg --configure -a && apt-get -f install' },
      { changes: [{ kind: 'command', node, argv: ['dpkg', '--configure', '-a'] }] },
    );
  },
});
