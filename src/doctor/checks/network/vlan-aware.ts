import { parseProperties } from '../../../pve/property-string.ts';
import { defineCheck, type Verdict } from '../../check.ts';
import { guestName, numbered, readGuests } from '../../read/guests.ts';
import { isOn, rowsOf, textAt } from '../../understand.ts';
import { fail, orPass } from '../../verdict.ts';

export const vlanAware = defineCheck({
  id: 'NET-VLAN-AWARE',
  group: 'network',
  title: 'Bridges take the VLANs of their guests',
  looksAt: "GET /nodes/{node}/network, the guests' network cards",
  why: 'A trunk needs a VLAN-aware bridge. A tag alone works on others, too, but only where the bridge has a port to put it on.',
  needs: 'api',
  scope: 'node',
  read: async (look) => ({
    network: await look.get('/nodes/{node}/network'),
    guests: await readGuests(look),
  }),
  judge({ network, guests }, { node }) {
    const bridges = new Map(
      rowsOf(network, 'the list of interfaces').map((row) => [textAt(row, 'iface'), row]),
    );
    const verdicts: Verdict[] = [];
    for (const guest of guests.filter((one) => one.node === node)) {
      for (const { key, value } of numbered(guest.config, 'net')) {
        const { bridge: name = '', tag, trunks } = parseProperties(value, 'model');
        const row = bridges.get(name);
        if (row?.type !== 'bridge' || isOn(row, 'bridge_vlan_aware')) continue;
        const fix = {
          text: `write "bridge-vlan-aware yes" to ${name} in /etc/network/interfaces of ${node}`,
          command: 'ifreload -a',
        };
        if (trunks)
          verdicts.push(
            fail(`guest ${guestName(guest)} has a trunk on ${key}, but ${name} is not VLAN-aware`, fix),
          );
        else if (tag && ['', 'none'].includes(textAt(row, 'bridge_ports')))
          verdicts.push(
            fail(
              `guest ${guestName(guest)} has tag ${tag} on ${key}, but ${name} has no port and is not VLAN-aware: it will not start`,
              fix,
            ),
          );
      }
    }
    return orPass(verdicts, 'none lacks it');
  },
});
