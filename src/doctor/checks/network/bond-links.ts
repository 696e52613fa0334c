import { defineCheck } from '../../check.ts';
import { bondsOf, readBonds } from '../../read/bonds.ts';
import { count, fail, listed, orPass, skip, warn } from '../../verdict.ts';

export const bondLinks = defineCheck({
  id: 'NET-BOND-LINKS',
  group: 'network',
  title: 'All links of a bond are up',
  looksAt: '/proc/net/bonding/*',
  why: 'A bond with one link left works, and goes with that link.',
  needs: 'host',
  scope: 'node',
  read: readBonds,
  judge(seen) {
    const bonds = bondsOf(seen);
    if (bonds.length === 0) return skip('there is no bond');
    const verdicts = bonds.flatMap(({ name, members }) => {
      const dead = members.filter(({ up }) => !up).map((member) => member.name);
      const fix = { text: 'look at the cable and the switch port', command: `cat /proc/net/bonding/${name}` };
      if (members.length === 0 || dead.length === members.length)
        return [
          fail(
            members.length === 0 ? `${name} has no links` : `no link of ${name} is up: ${listed(dead)}`,
            fix,
          ),
        ];
      if (dead.length > 0) return [warn(`${name} has lost ${listed(dead)}`, fix)];
      return members.length === 1
        ? [warn(`${name} has one link only`, { text: 'add a second one, or do without the bond' })]
        : [];
    });
    return orPass(
      verdicts,
      bonds.map(({ name, members }) => `${name}: ${count(members.length, 'link')}`).join(', '),
    );
  },
});
