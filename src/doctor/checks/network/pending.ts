import { defineCheck } from '../../check.ts';
import { pass, warn } from '../../verdict.ts';

export const pending = defineCheck({
  id: 'NET-PENDING',
  group: 'network',
  title: 'No network change waits',
  looksAt: '/etc/network/interfaces.new',
  why: 'What waits there takes the place of /etc/network/interfaces at the next start, wanted or forgotten.',
  needs: 'host',
  scope: 'node',
  read: async (look) => ({
    now: await look.file('/etc/network/interfaces'),
    next: await look.file('/etc/network/interfaces.new'),
  }),
  judge({ now, next }, { node }) {
    if (next === undefined) return pass('none');
    if (next === now) return pass('what waits is what is there');
    // Whether it is wanted, a person has to say.
    return warn('changes wait in /etc/network/interfaces.new for the next start', {
      text: `look at them (diff -u /etc/network/interfaces{,.new}); then apply them, or throw them away with pvesh delete /nodes/${node}/network`,
      command: `pvesh set /nodes/${node}/network`,
    });
  },
});
