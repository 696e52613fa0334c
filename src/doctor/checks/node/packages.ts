import { defineCheck } from '../../check.ts';
import { outputOf } from '../../understand.ts';
import { fail, listed, pass } from '../../verdict.ts';

/** dpkg's words for a file of its own that it misses; nothing waits there to be configured. */
const LACKS_FILE = /missing the \S+ control file/;

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
    // One paragraph for each kind of trouble. A package that was built without md5sums is none.
    const halves = text.split(/\n\s*\n/).filter((part) => part.trim() !== '' && !LACKS_FILE.test(part));
    if (halves.length === 0) return pass('all are whole');
    const names = [...halves.join('\n').matchAll(/^ (\S+)\s/gm)].map((match) => match[1] ?? '');
    return fail(
      names.length > 0
        ? `half installed: ${listed([...new Set(names)])}`
        : 'dpkg speaks of packages that are half installed',
      { text: 'finish what was cut off', command: 'dpkg --configure -a && apt-get -f install' },
      { changes: [{ kind: 'command', node, argv: ['dpkg', '--configure', '-a'] }] },
    );
  },
});
