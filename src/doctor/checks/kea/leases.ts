import { parseLeases } from '../../../kea/leases.ts';
import { debianFolders, fileStem } from '../../../kea/place.ts';
import { defineCheck, type Verdict } from '../../check.ts';
import { Garbled } from '../../look.ts';
import { keaStatusOf, NO_AGENT, networkName, readKeaStatus } from '../../read/kea-status.ts';
import { count, orPass, skip, warn } from '../../verdict.ts';

export const keaLeases = defineCheck({
  id: 'KEA-LEASES',
  group: 'kea',
  title: 'Leases and settings agree',
  looksAt: `${debianFolders.leases}/proxwright-*.csv, proxwright kea status --json`,
  why: 'An address that is leased to a former owner is given to nobody until that lease is deleted.',
  needs: 'host',
  scope: 'node',
  for: ['kea'],
  read: async (look) => {
    const status = await readKeaStatus(look);
    if (status === undefined) return undefined;
    const serving = keaStatusOf(status).networks.flatMap((network) =>
      network.generation ? [{ network, slot: network.generation.slot }] : [],
    );
    const files = await Promise.all(
      serving.map(async ({ network, slot }) => {
        const path = `${debianFolders.leases}/${fileStem(network.namespace.replace(/^pwk-/, ''), slot)}.csv`;
        return { namespace: network.namespace, path, text: await look.file(path) };
      }),
    );
    return { status, files };
  },
  judge(seen, { now }) {
    if (seen === undefined) return skip(NO_AGENT);
    const networks = new Map(
      keaStatusOf(seen.status).networks.map((network) => [network.namespace, network]),
    );
    const verdicts: Verdict[] = [];
    let known = 0;
    for (const { namespace, path, text } of seen.files) {
      if (text === undefined) continue;
      if (text.trim() !== '' && !text.startsWith('address,')) throw new Garbled(path, text);
      const leases = parseLeases(text);
      known += leases.size;
      const network = networks.get(namespace);
      for (const { vmid, nic, mac, address } of network?.guests ?? []) {
        const lease = leases.get(address);
        if (!lease || !network || lease.mac === mac || lease.state !== 0 || lease.expires <= now) continue;
        verdicts.push(
          warn(`${address} of guest ${vmid} ${nic} on ${networkName(network)} is leased to ${lease.mac}`, {
            text: 'let the agent take the lease back; the other machine has to let go of the address',
            command: 'systemctl reload-or-restart proxwright-kea',
          }),
        );
      }
    }
    return orPass(verdicts, count(known, 'lease'));
  },
});
