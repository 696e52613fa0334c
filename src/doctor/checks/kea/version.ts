import { knownHoles } from '../../../kea/version.ts';
import { defineCheck } from '../../check.ts';
import { Garbled } from '../../look.ts';
import { installedOf, readInstalled } from '../../read/installed.ts';
import { orPass, skip, warn } from '../../verdict.ts';

export const keaVersion = defineCheck({
  id: 'KEA-VERSION',
  group: 'kea',
  title: 'Kea without known holes',
  looksAt: 'dpkg-query kea-dhcp4-server',
  why: 'Kea up to 2.6.2 let local users load libraries as its user; later ones can be ended by a message to their API socket.',
  needs: 'host',
  scope: 'node',
  for: ['kea'],
  url: 'https://kb.isc.org/docs/kea-security-advisories',
  read: readInstalled,
  judge(seen) {
    const version = installedOf(seen).get('kea-dhcp4-server');
    if (version === undefined) return skip('Kea is not installed');
    const plain = /^(?:\d+:)?(\d+\.\d+\.\d+)/.exec(version)?.[1];
    if (plain === undefined) throw new Garbled('dpkg-query', version);
    return orPass(
      knownHoles(plain).map(({ message }) =>
        warn(`${message} (unless Debian's ${version} has the correction)`, {
          text: 'bring it up to date',
          command: 'apt-get update && apt-get install --only-upgrade kea-dhcp4-server',
        }),
      ),
      version,
    );
  },
});
