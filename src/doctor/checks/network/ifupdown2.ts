import { defineCheck } from '../../check.ts';
import { installedOf, readInstalled } from '../../read/installed.ts';
import { readUnits, unitsOf } from '../../read/units.ts';
import { fail, pass, warn } from '../../verdict.ts';

export const ifupdown2 = defineCheck({
  id: 'NET-IFUPDOWN2',
  group: 'network',
  title: 'ifupdown2 brings up the network',
  looksAt: 'dpkg-query ifupdown2, systemctl show networking',
  why: 'Without ifupdown2 changes of the network need a restart of the node; without networking.service it starts without a network.',
  needs: 'host',
  scope: 'node',
  read: async (look) => ({ packages: await readInstalled(look), units: await readUnits(look) }),
  judge({ packages, units: said }, { node }) {
    const installed = installedOf(packages);
    const networking = unitsOf(said).get('networking.service');
    if (!installed.has('ifupdown2'))
      return fail('ifupdown2 is not installed', {
        text: 'install it; ifupdown goes',
        command: 'apt-get install -y ifupdown2',
      });
    if (networking?.enabled !== 'enabled') {
      const masked = networking?.enabled === 'masked';
      return fail(
        `networking.service is ${networking?.enabled || 'not there'}: the next start is without network`,
        { text: 'enable it', command: 'systemctl enable networking' },
        {
          changes: [
            ...(masked
              ? [{ kind: 'command' as const, node, argv: ['systemctl', 'unmask', 'networking.service'] }]
              : []),
            {
              kind: 'command',
              node,
              argv: ['systemctl', 'enable', 'networking.service'],
              undo: ['systemctl', 'disable', 'networking.service'],
            },
          ],
        },
      );
    }
    // To start it here would take interfaces down and up under running guests: a person decides.
    if (networking.active !== 'active')
      return warn(
        `networking.service ${networking.active === 'failed' ? 'has failed' : `is ${networking.active}`}`,
        {
          text: 'read why; then apply the configuration',
          command: 'systemctl status networking; ifreload -a',
        },
      );
    return pass(`ifupdown2 ${installed.get('ifupdown2')}`);
  },
});
