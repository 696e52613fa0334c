import { defineCheck } from '../../check.ts';
import { installedOf, readInstalled } from '../../read/installed.ts';
import { lacking, pass } from '../../verdict.ts';

export const keaInstalled = defineCheck({
  id: 'KEA-INSTALLED',
  group: 'kea',
  title: 'Kea is installed',
  looksAt: 'dpkg-query kea-dhcp4-server',
  why: 'The agent serves guests by Kea of the distribution.',
  needs: 'host',
  scope: 'node',
  for: ['kea'],
  gate: 'makes',
  read: readInstalled,
  judge(seen, about) {
    const version = installedOf(seen).get('kea-dhcp4-server');
    if (version) return pass(`kea-dhcp4-server ${version}`);
    return lacking(about, 'Kea is not installed', {
      text: 'install it',
      command: 'apt-get install -y --no-install-recommends kea-dhcp4-server',
    });
  },
});
