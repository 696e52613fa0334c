import { defineCheck } from '../../check.ts';
import { leadsOut, linksOf, readLinks } from '../../read/links.ts';
import { orPass, warn } from '../../verdict.ts';

export const mtu = defineCheck({
  id: 'NET-MTU',
  group: 'network',
  title: 'One MTU along a bridge',
  looksAt: 'ip -j -d link show',
  why: 'Packets larger than the port takes are dropped without a word: small requests work, large answers hang.',
  needs: 'host',
  scope: 'node',
  read: readLinks,
  judge(text) {
    const links = linksOf(text);
    const uppers = links.filter(({ kind }) => kind === 'bridge' || kind === 'bond');
    const verdicts = uppers.flatMap((upper) =>
      links
        .filter((link) => link.master === upper.name && leadsOut(link) && link.mtu !== upper.mtu)
        .map((port) =>
          warn(
            port.mtu < upper.mtu
              ? `${upper.name} takes ${upper.mtu} bytes, its port ${port.name} only ${port.mtu}`
              : `${port.name} takes ${port.mtu} bytes, but ${upper.name} stays at ${upper.mtu}`,
            {
              text: `write the same mtu to ${upper.name} and ${port.name} in /etc/network/interfaces`,
              command: 'ifreload -a',
            },
          ),
        ),
    );
    return orPass(verdicts, uppers.map(({ name, mtu: size }) => `${name} ${size}`).join(', ') || 'no bridge');
  },
});
