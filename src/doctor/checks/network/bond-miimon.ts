import { defineCheck } from '../../check.ts';
import { bondsOf, readBonds } from '../../read/bonds.ts';
import { fail, orPass, skip } from '../../verdict.ts';

export const bondMiimon = defineCheck({
  id: 'NET-BOND-MIIMON',
  group: 'network',
  title: 'Bonds watch their links',
  looksAt: '/proc/net/bonding/*',
  why: 'With miimon 0 a bond does not notice that a link is gone, and goes on sending into it.',
  needs: 'host',
  scope: 'node',
  url: 'https://docs.kernel.org/networking/bonding.html',
  read: readBonds,
  judge(seen) {
    const bonds = bondsOf(seen);
    if (bonds.length === 0) return skip('there is no bond');
    const blind = bonds.filter(({ miimon, arpInterval }) => miimon === 0 && arpInterval === 0);
    return orPass(
      blind.map(({ name }) =>
        fail(`${name} does not watch its links (miimon 0)`, {
          text: `write "bond-miimon 100" to ${name} in /etc/network/interfaces`,
          command: 'ifreload -a',
        }),
      ),
      bonds.map(({ name, miimon, arpInterval }) => `${name} every ${miimon || arpInterval} ms`).join(', '),
    );
  },
});
