import { defineCheck } from '../../check.ts';
import { Garbled } from '../../look.ts';
import { addressesOf, readAddresses, sameAddress } from '../../read/addresses.ts';
import { hostsLines, isAddress, isLoopback, withRealAddress } from '../../read/hosts-file.ts';
import { rowOf, textAt } from '../../understand.ts';
import { fail, pass } from '../../verdict.ts';

export const hosts = defineCheck({
  id: 'PVE-HOSTS',
  group: 'node',
  title: 'Own name in /etc/hosts',
  looksAt: '/etc/hosts (GET /nodes/{node}/hosts), ip -j addr show, GET /nodes/{node}/network',
  why: 'pmxcfs looks up the own host name at start and refuses a loopback address: the node comes up without /etc/pve, and without its guests.',
  needs: 'api',
  scope: 'node',
  url: 'https://pve.proxmox.com/wiki/Renaming_a_PVE_node',
  read: async (look) => ({
    hosts: look.hasHost
      ? await look.file('/etc/hosts')
      : textAt(rowOf(await look.get('/nodes/{node}/hosts'), 'the hosts file'), 'data'),
    addresses: await readAddresses(look),
  }),
  judge({ hosts: before, addresses }, { node }) {
    const text = before ?? '';
    if (text.trim() !== '' && !hostsLines(text).some((line) => isAddress(line.address)))
      throw new Garbled('/etc/hosts', text);
    const { known, whole } = addressesOf(addresses);
    const isOwn = (address: string): boolean => known.some((own) => sameAddress(own.address, address));
    // Names are the same in capitals (hosts(5) by nsswitch).
    const found = hostsLines(text).filter((line) =>
      line.names.some((name) => name.toLowerCase() === node.toLowerCase()),
    );
    const address = (found.find((line) => isOwn(line.address)) ?? known[0])?.address;
    const mend =
      address === undefined
        ? undefined
        : {
            changes: [
              {
                kind: 'file' as const,
                node,
                path: '/etc/hosts',
                before,
                after: withRealAddress(text, { node, address }),
                mode: 0o644,
              },
            ],
          };
    const fix = {
      text: `give ${node} the address ${address ?? 'of its bridge'} in /etc/hosts, on a line of its own`,
    };
    if (found.length === 0) return fail(`/etc/hosts does not know ${node}`, fix, mend);
    const loopback = found.find((line) => isLoopback(line.address));
    if (loopback)
      return fail(`/etc/hosts maps ${node} to ${loopback.address}, which is this machine alone`, fix, mend);
    const foreign = found.find((line) => !isOwn(line.address));
    if (foreign && known.length > 0 && whole)
      return fail(`/etc/hosts maps ${node} to ${foreign.address}, which no interface of it has`, fix, mend);
    return pass(`${node} is ${found[0]?.address}`);
  },
});
