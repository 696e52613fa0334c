import { sdnDhcpVnets } from '../../../kea/pve-conf.ts';
import { parseProperties } from '../../../pve/property-string.ts';
import { defineCheck } from '../../check.ts';
import { Garbled } from '../../look.ts';
import { guestName, numbered, readGuests } from '../../read/guests.ts';
import { listed, orPass, skip, warn } from '../../verdict.ts';

export const keaSdn = defineCheck({
  id: 'KEA-SDN',
  group: 'kea',
  title: 'SDN serves other networks than Kea',
  looksAt: '/etc/pve/sdn/zones.cfg, vnets.cfg, network cards of the guests',
  why: "Zones with DHCP of their own are served by dnsmasq. The agent keeps out of them; addresses in the guests' settings do not count there.",
  needs: 'host',
  scope: 'cluster',
  for: ['kea'],
  read: async (look) => ({
    zones: await look.file('/etc/pve/sdn/zones.cfg'),
    vnets: await look.file('/etc/pve/sdn/vnets.cfg'),
    guests: await readGuests(look),
  }),
  judge({ zones = '', vnets = '', guests }) {
    for (const [path, text] of [
      ['zones.cfg', zones],
      ['vnets.cfg', vnets],
    ] as const)
      if (text.trim() !== '' && !/^\w+:\s*\S+\s*$/m.test(text)) throw new Garbled(path, text);
    const served = sdnDhcpVnets(zones, vnets);
    if (served.size === 0) return skip('no SDN zone has DHCP');
    const both = guests.flatMap((guest) =>
      numbered(guest.config, 'net').flatMap(({ key, value }) => {
        const { bridge = '' } = parseProperties(value, 'model');
        const fixed = /(^|,)ip=\d/.test(guest.config?.[`ipconfig${key.slice(3)}`] ?? '');
        return served.has(bridge) && fixed ? [{ guest, bridge }] : [];
      }),
    );
    return orPass(
      [...Map.groupBy(both, ({ bridge }) => bridge)].map(([bridge, users]) =>
        warn(
          `${bridge} is served by SDN (zone ${served.get(bridge)}), so the addresses in the settings of ${listed(users.map(({ guest }) => guestName(guest)))} are not given out`,
          {
            text: "switch DHCP of that zone off, or give the addresses in SDN's IPAM",
            command: `pvesh set /cluster/sdn/zones/${served.get(bridge)} --delete dhcp`,
          },
        ),
      ),
      listed([...served.keys()]),
    );
  },
});
