import { defineCheck } from '../../check.ts';
import { keaStatusOf, NO_AGENT, networkName, readKeaStatus } from '../../read/kea-status.ts';
import { linksOf, readLinks } from '../../read/links.ts';
import { count, fail, orPass, skip } from '../../verdict.ts';

export const keaPorts = defineCheck({
  id: 'KEA-PORTS',
  group: 'kea',
  title: 'Ports are in their bridges',
  looksAt: 'ip -j -d link show, proxwright kea status --json',
  why: 'A veth leads from the bridge to the namespace. ifreload takes foreign ports out of bridges; then nobody hears the guests.',
  needs: 'host',
  scope: 'node',
  for: ['kea'],
  gate: 'tells',
  read: async (look) => {
    const status = await readKeaStatus(look);
    return status === undefined ? undefined : { status, links: await readLinks(look) };
  },
  judge(seen) {
    if (seen === undefined) return skip(NO_AGENT);
    const links = new Map(linksOf(seen.links).map((link) => [link.name, link]));
    const serving = keaStatusOf(seen.status).networks.filter(({ state }) => state === 'serving');
    return orPass(
      serving.flatMap((network) => {
        const port = links.get(network.port);
        // On a bridge that is not VLAN-aware a tag lives on vmbr0v20; Open vSwitch has a master of its own.
        const right = port?.master?.startsWith(network.bridge) || port?.master === 'ovs-system';
        if (right) return [];
        const text =
          port === undefined
            ? 'is gone'
            : port.master === undefined
              ? 'is in no bridge'
              : `is in ${port.master}`;
        return [
          fail(`port ${network.port} of ${networkName(network)} ${text}`, {
            text: 'let the agent put it back',
            command: 'systemctl restart proxwright-kea',
          }),
        ];
      }),
      count(serving.length, 'port'),
    );
  },
});
