import { defineCheck } from '../../check.ts';
import { bondsOf, readBonds } from '../../read/bonds.ts';
import { fail, orPass, skip } from '../../verdict.ts';

export const bondLacp = defineCheck({
  id: 'NET-BOND-LACP',
  group: 'network',
  title: 'The switch speaks LACP',
  looksAt: '/proc/net/bonding/*',
  why: '802.3ad needs a switch that is set up for it. Without its answers one link carries all, or packets come twice.',
  needs: 'host',
  scope: 'node',
  read: readBonds,
  judge(seen) {
    const bonds = bondsOf(seen).filter(({ mode }) => mode === '802.3ad');
    if (bonds.length === 0) return skip('no bond is in mode 802.3ad');
    const alone = bonds.filter(({ partner }) => partner === undefined || /^(00:){5}00$/.test(partner));
    return orPass(
      alone.map(({ name }) =>
        fail(`nobody answers LACP on ${name}`, {
          text: `set up an LACP group on the switch, or write "bond-mode active-backup" to ${name}, which needs nothing from the switch`,
          command: 'ifreload -a',
        }),
      ),
      bonds.map(({ name, partner }) => `${name} with ${partner}`).join(', '),
    );
  },
});
