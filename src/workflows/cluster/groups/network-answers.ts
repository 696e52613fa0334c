import { z } from 'zod';
import { address, bridgeName, cidr } from '../../../answers/fields.ts';
import {
  contains,
  countUp,
  formatNetwork,
  isLinkLocal,
  parseAddress,
  parseCidr,
  reservedFor,
} from '../../../answers/ip.ts';
import { withRules } from '../../../answers/rule.ts';

/** One network card of each guest of a group. */
export const networkAnswers = withRules(
  z.strictObject({
    bridge: bridgeName.meta({
      label: 'Bridge',
      help: 'The bridge that the guest is plugged into. It must be there on every node that a guest may go to.',
      example: 'vmbr0',
      choices: 'bridges',
      suggest: 'vmbr0',
    }),
    tag: z
      .int()
      .min(1)
      .max(4094)
      .meta({
        label: 'VLAN tag',
        help: 'Puts the guest into this VLAN of the bridge. Without it, the guest is in the untagged network.',
        example: 20,
        ask: 'more',
        also: ['vlan', 'vlan_id', 'vlan_tag'],
      })
      .optional(),
    ip: z
      .union([z.literal('dhcp'), cidr])
      .default('dhcp')
      .meta({
        label: 'Address',
        help: 'dhcp, or the address of the first guest with its prefix; the next guests get the next addresses.',
        example: '10.0.20.11/24',
        wants: 'dhcp, or the address of the first guest with its prefix, such as 10.0.20.11/24',
        also: ['address', 'cidr', 'ipv4'],
      }),
    gateway: address
      .meta({
        label: 'Gateway',
        help: 'The default route of guests with a fixed address.',
        example: '10.0.20.1',
        also: ['gw', 'router'],
      })
      .optional(),
    dns: z
      .array(address)
      .default([])
      .meta({
        label: 'DNS servers',
        help: 'For guests with a fixed address; with dhcp the DHCP server names them.',
        example: ['10.0.20.1'],
        wants: 'a list of addresses, such as [10.0.20.1]',
        ask: 'more',
        also: ['nameserver', 'nameservers', 'dns_servers'],
      }),
    firewall: z.boolean().default(false).meta({
      label: 'Firewall',
      help: "Lets Proxmox VE's firewall see this card; its rules are made elsewhere.",
      ask: 'more',
    }),
    mtu: z
      .int()
      .min(576)
      .max(65_520)
      .meta({
        label: 'MTU',
        help: "Without it, the card takes the bridge's.",
        unit: 'bytes',
        example: 9000,
        ask: 'more',
      })
      .optional(),
    model: z.enum(['virtio', 'e1000', 'e1000e', 'rtl8139', 'vmxnet3']).default('virtio').meta({
      label: 'Card model',
      help: 'What the guest sees. virtio is the fastest; the others are for systems without its driver.',
      ask: 'more',
    }),
  }),
  [
    {
      reads: ['ip', 'gateway', 'dns'],
      check(network, report) {
        if (network.ip === 'dhcp') {
          if (network.gateway)
            report(['gateway'], 'goes only with a fixed ip; with dhcp the DHCP server names it');
          return;
        }
        const subnet = parseCidr(network.ip);
        const gateway = network.gateway === undefined ? undefined : parseAddress(network.gateway);
        if (!subnet || !gateway || isLinkLocal(gateway)) return;
        if (!contains(subnet, gateway)) {
          report(['gateway'], `${network.gateway} is not in ${formatNetwork(subnet)}, the subnet of ip`);
        } else {
          const reserved = reservedFor(subnet, gateway);
          if (reserved) report(['gateway'], `${network.gateway} is ${reserved} of ${formatNetwork(subnet)}`);
        }
      },
    },
  ],
).meta({
  label: 'Network',
  summary: ({ bridge, tag, ip }) =>
    `${bridge ?? 'a bridge'}${tag === undefined ? '' : `.${tag}`}  ${ip ?? 'dhcp'}`,
});

export type NetworkAnswers = z.output<typeof networkAnswers>;

/** Why `count` guests cannot have the addresses from the network's ip on, or undefined when they can. */
export function addressProblem(network: NetworkAnswers, count: number): string | undefined {
  if (network.ip === 'dhcp') return undefined;
  const subnet = parseCidr(network.ip);
  const lastText = countUp(network.ip, count - 1);
  const last = lastText === undefined ? undefined : parseCidr(lastText)?.address;
  if (!subnet) return undefined;
  const name = formatNetwork(subnet);
  if (!last || !contains(subnet, last)) {
    return `${network.ip} leaves no room in ${name} for ${count} guests${lastText ? `: the last would be ${lastText.split('/')[0]}` : ''}`;
  }
  const first = reservedFor(subnet, subnet.address);
  if (first) return `${network.ip.split('/')[0]} is ${first} of ${name}; begin with another`;
  const end = reservedFor(subnet, last);
  if (end) return `the last of ${count} guests would get ${lastText?.split('/')[0]}, ${end} of ${name}`;
  const gateway = network.gateway === undefined ? undefined : parseAddress(network.gateway);
  if (gateway && gateway.value >= subnet.address.value && gateway.value <= last.value) {
    return `guest ${gateway.value - subnet.address.value + 1n} of ${count} would get ${network.gateway}, the address of the gateway`;
  }
  return undefined;
}
