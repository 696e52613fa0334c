import { z } from 'zod';
import { bridgeName, diskSize, nodesOrAll, storageId, vmid } from '../../answers/fields.ts';
import { withRules } from '../../answers/rule.ts';
import { checkNodes } from '../cluster/rules.ts';
import { checkContainerKeys, checkDockerTemplate, checkExcluded } from './rules.ts';

/** In a container, and asked for only then. */
const inContainer = ({ mode }: Readonly<Record<string, unknown>>): boolean =>
  mode === 'lxc' || mode === 'docker';

const fields = z.strictObject({
  nodes: nodesOrAll.meta({
    label: 'Nodes',
    help: 'Where the agent is installed. A guest is served by the node that it runs on, so all of them is best.',
    also: ['node', 'hosts'],
  }),
  mode: z
    .enum(['host', 'lxc', 'docker'])
    .default('host')
    .meta({
      label: 'Way of installing',
      help: "host: Debian's Kea on the node, the least to go wrong. lxc: both in a privileged container on the node's network. docker: in that container, by Docker.",
      also: ['type', 'method', 'engine'],
    }),
  dhcpv6: z
    .boolean()
    .default(false)
    .meta({
      label: 'DHCPv6 too',
      help: "For ip6= of the guests' configs. Gateways still come from router advertisements.",
      also: ['dhcp6', 'ipv6'],
    }),
  poll: z
    .int()
    .min(1)
    .max(86_400)
    .default(60)
    .meta({
      label: 'Look at everything every',
      help: 'Changes are seen at once; this is the fallback for one that nobody told of (VM_CHECK_POLL).',
      unit: 'seconds',
      example: 60,
      ask: 'more',
      also: ['poll_interval', 'vm_check_poll', 'interval'],
    }),
  probe: z
    .int()
    .min(0)
    .max(86_400)
    .default(600)
    .meta({
      label: 'Look for other DHCP servers every',
      help: 'A server that is not ours on the same wire is reported. 0: never.',
      unit: 'seconds',
      example: 600,
      ask: 'more',
      also: ['rogue_probe'],
    }),
  exclude: z
    .array(bridgeName)
    .default([])
    .meta({
      label: 'Bridges to leave out',
      help: 'Nobody on these is served: another DHCP server is meant to be there.',
      wants: 'a list of bridges, such as [vmbr1]',
      example: ['vmbr1'],
      choices: 'bridges',
      ask: 'more',
      also: ['exclude_bridges', 'without', 'skip'],
    }),
  firewall_bridges: z.enum(['when-needed', 'always']).default('when-needed').meta({
    label: 'Firewall bridges',
    help: 'when-needed: joins the fwbr… of guests whose firewall has dhcp: 0. always: of every guest with a firewall, for own rules that drop ports 67 and 68.',
    ask: 'more',
  }),
  host_dns: z
    .boolean()
    .default(true)
    .meta({
      label: "The node's DNS for guests without",
      help: 'Proxmox VE gives its own resolver settings to guests that set none; so does the agent.',
      ask: 'more',
      also: ['dns'],
    }),
  storage: storageId
    .meta({
      label: 'Storage of the container',
      help: 'Where its disk lies. Without it, the one with the most room on each node.',
      example: 'local-lvm',
      choices: 'container-storages',
      when: inContainer,
      also: ['rootfs', 'datastore'],
    })
    .optional(),
  template: z
    .string()
    .regex(/^[a-z0-9][A-Za-z0-9._+-]*$/)
    .meta({
      label: 'Template of the container',
      help: "Of Proxmox's list (pveam available); the newest that begins so. Debian, since Kea comes from it.",
      wants: 'the name of a container template, such as debian-13-standard',
      example: 'debian-13-standard',
      suggest: 'debian-13-standard',
      when: inContainer,
      ask: 'more',
      also: ['ostemplate', 'image'],
    })
    .optional(),
  vmid: vmid
    .meta({
      label: 'First id of the containers',
      help: 'Each node has one; they get this id and the next free ones. Without it, the next free ids from 100 on.',
      example: 9000,
      when: inContainer,
      ask: 'more',
      also: ['id', 'ctid'],
    })
    .optional(),
  disk: diskSize
    .meta({
      label: 'Disk of the container',
      help: 'Kea and the agent take 1 GiB, Docker and its image 3.',
      example: '4G',
      when: inContainer,
      ask: 'more',
      also: ['size', 'rootfs_size'],
    })
    .optional(),
  memory: z
    .int()
    .min(256)
    .max(65_536)
    .meta({
      label: 'Memory of the container',
      help: 'The agent takes up to 120 MiB, and each network a Kea of 30 MiB.',
      unit: 'MiB',
      example: 1024,
      when: inContainer,
      ask: 'more',
    })
    .optional(),
});

/** `kea:` */
export const keaAnswers = withRules(fields, [
  { reads: ['nodes'], check: checkNodes },
  { reads: ['exclude'], check: checkExcluded },
  { reads: ['mode', 'storage', 'template', 'vmid', 'disk', 'memory'], check: checkContainerKeys },
  { reads: ['mode', 'template'], check: checkDockerTemplate },
]).meta({ label: 'DHCP by Kea', summary: ({ mode }) => `Kea, ${String(mode ?? 'host')}` });

export type KeaAnswers = z.output<typeof keaAnswers>;
