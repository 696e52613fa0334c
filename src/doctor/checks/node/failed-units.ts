import { defineCheck } from '../../check.ts';
import { outputOf } from '../../understand.ts';
import { listed, pass, warn } from '../../verdict.ts';

export const failedUnits = defineCheck({
  id: 'PVE-FAILED-UNITS',
  group: 'node',
  title: 'No failed units',
  looksAt: 'systemctl --failed',
  why: 'A unit that failed at start is often the first sign of a disk, a mount or a network that is not as it should be.',
  needs: 'host',
  scope: 'node',
  read: async (look) =>
    outputOf(await look.command('systemctl', '--failed', '--plain', '--no-legend'), 'systemctl --failed'),
  judge(text) {
    const units = text
      .split('\n')
      .flatMap(
        (line) =>
          /^\W*(\S+\.(?:service|socket|mount|timer|target|path|swap|device|scope|slice))\s/.exec(line)?.[1] ??
          [],
      );
    if (units.length === 0 && text.trim() === '') return pass('none');
    if (units.length === 0)
      return warn('systemctl --failed lists what is no unit', {
        text: 'look at it by hand',
        command: 'systemctl --failed',
      });
    return warn(`${listed(units)} failed`, {
      text: 'read why; then restart it',
      command: `systemctl status ${units[0]}`,
    });
  },
});
