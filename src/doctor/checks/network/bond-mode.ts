import { defineCheck } from '../../check.ts';
import { bondsOf, readBonds } from '../../read/bonds.ts';
import { orPass, skip, warn } from '../../verdict.ts';

const WHY: Readonly<Record<string, string>> = {
  'balance-rr':
    'sends packets of one connection over several cards: they arrive out of order, and corosync suffers',
  broadcast: 'sends every packet over every card: guests get each twice',
  'balance-alb': 'answers ARP with changing addresses: guests on a bridge above it lose their connections',
  'balance-tlb': "sends with the address of the card: switches see the guests' addresses move",
};

export const bondMode = defineCheck({
  id: 'NET-BOND-MODE',
  group: 'network',
  title: 'Bond mode fits a bridge',
  looksAt: '/proc/net/bonding/*',
  why: 'Under a bridge only active-backup, 802.3ad and, with a static trunk on the switch, balance-xor behave.',
  needs: 'host',
  scope: 'node',
  url: 'https://pve.proxmox.com/pve-docs/chapter-sysadmin.html#sysadmin_network_bond',
  read: readBonds,
  judge(seen) {
    const bonds = bondsOf(seen);
    if (bonds.length === 0) return skip('there is no bond');
    const verdicts = bonds.flatMap(({ name, mode }) =>
      WHY[mode] === undefined
        ? []
        : [
            warn(`${name} is in mode ${mode}, which ${WHY[mode]}`, {
              text: 'use active-backup, or 802.3ad where the switch speaks LACP',
            }),
          ],
    );
    return orPass(verdicts, bonds.map(({ name, mode }) => `${name} ${mode}`).join(', '));
  },
});
