import { defineCheck } from '../../check.ts';
import { guestName } from '../../read/guests.ts';
import { installedOf, readInstalled } from '../../read/installed.ts';
import { readKeaContainer } from '../../read/kea-container.ts';
import { lacking, pass } from '../../verdict.ts';

export const keaInstalled = defineCheck({
  id: 'KEA-INSTALLED',
  group: 'kea',
  title: 'Kea is installed',
  looksAt: 'dpkg-query kea-dhcp4-server, containers of ours',
  why: 'The agent serves guests by Kea of the distribution.',
  needs: 'host',
  scope: 'node',
  for: ['kea'],
  gate: 'makes',
  read: async (look) => ({ installed: await readInstalled(look), container: await readKeaContainer(look) }),
  judge({ installed, container }, about) {
    const version = installedOf(installed).get('kea-dhcp4-server');
    if (container) return pass(`in container ${guestName(container)}`);
    if (version) return pass(`kea-dhcp4-server ${version}`);
    return lacking(about, 'Kea is not installed', {
      text: 'install it',
      command: 'apt-get install -y --no-install-recommends kea-dhcp4-server',
    });
  },
});
