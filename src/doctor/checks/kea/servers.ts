import { defineCheck, type Verdict } from '../../check.ts';
import { keaStatusOf, networkName, readKeaStatus } from '../../read/kea-status.ts';
import { readUnits, unitsOf } from '../../read/units.ts';
import { listed, orPass, warn } from '../../verdict.ts';

const OTHERS = ['isc-dhcp-server', 'dnsmasq'] as const;

export const keaServers = defineCheck({
  id: 'KEA-SERVERS',
  group: 'kea',
  title: 'One DHCP server per network',
  looksAt: `answers to the agent's own probe, systemctl show ${OTHERS.join(' ')}`,
  why: 'Which of two servers a guest believes is chance: it gets its address at one start and another at the next.',
  needs: 'host',
  scope: 'node',
  for: ['kea'],
  read: async (look) => ({ status: await readKeaStatus(look), units: await readUnits(look) }),
  judge({ status, units: said }) {
    const units = unitsOf(said);
    const active = OTHERS.filter((name) => units.get(`${name}.service`)?.active === 'active');
    const verdicts: Verdict[] = active.map((name) =>
      warn(`${name} runs on this node and may answer guests, too`, {
        text: 'switch it off, or keep it from the networks that Kea serves',
        command: `systemctl disable --now ${name}`,
      }),
    );
    for (const network of status === undefined ? [] : keaStatusOf(status).networks) {
      if (network.otherServers.length === 0) continue;
      verdicts.push(
        warn(
          `on ${networkName(network)} ${listed(network.otherServers.map(({ server }) => server))} answered as DHCP server, too`,
          {
            text: 'switch off the other server, or keep it from this network',
            command: 'proxwright kea probe',
          },
        ),
      );
    }
    return orPass(verdicts, 'no other was seen');
  },
});
