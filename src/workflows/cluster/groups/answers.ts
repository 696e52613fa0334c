import { z } from 'zod';
import { diskSize, dnsLabel, fileName, guestTag } from '../../../answers/fields.ts';
import { withRules } from '../../../answers/rule.ts';
import { readyAnswers } from '../life/answers.ts';
import { roleAnswers } from '../presets/answers.ts';
import { MOST_PLAN9, plan9Answers, virtiofsAnswers } from '../shares/answers.ts';
import { networkAnswers } from './network-answers.ts';
import { groupRules } from './rules.ts';

/** Several guests that differ only in number and address. */
const fields = z.strictObject({
  name: dnsLabel.meta({
    label: 'Name',
    help: 'Guests are named after cluster, group and number: edge-server-1.',
    example: 'server',
    suggest: 'server',
  }),
  role: roleAnswers,
  count: z
    .int()
    .min(1)
    .max(999)
    .default(1)
    .meta({
      label: 'Guests',
      help: 'How many guests the group has.',
      also: ['replicas', 'vm_count', 'instances', 'number'],
    }),
  cores: z
    .int()
    .min(1)
    .max(512)
    .default(2)
    .meta({
      label: 'Cores',
      help: 'Cores of each guest, per socket.',
      also: ['cpus', 'vcpus', 'cpu_cores'],
    }),
  sockets: z.int().min(1).max(8).default(1).meta({
    label: 'Sockets',
    help: 'CPU sockets that the guest sees. More than one matters only to licences.',
    ask: 'more',
  }),
  cpu: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.,;=+-]*$/)
    .default('x86-64-v2-AES')
    .meta({
      label: 'CPU type',
      help: 'host is the fastest; the default can migrate between nodes with different CPUs.',
      wants: 'a CPU type of Proxmox VE, such as x86-64-v2-AES or host',
      example: 'host',
      ask: 'more',
      also: ['cpu_type'],
    }),
  memory: z
    .int()
    .min(256)
    .max(4_194_304)
    .default(2048)
    .meta({
      label: 'Memory',
      help: 'Memory of each guest.',
      unit: 'MiB',
      example: 4096,
      also: ['ram', 'mem'],
    }),
  disk: diskSize.default('20G').meta({
    label: 'Disk',
    help: "Size of each guest's disk. A template's disk grows to it; it never shrinks.",
    example: '20G',
    also: ['disk_size', 'size'],
  }),
  ignition: z
    .union([z.string().min(1), z.record(z.string(), z.unknown())])
    .meta({
      label: 'Ignition config',
      help: 'A file with Ignition JSON, which each guest reads at its first boot. In files also the JSON itself.',
      wants: 'the name of an Ignition file, or the Ignition config itself',
      example: 'server.ign',
      ask: 'more',
    })
    .optional(),
  // A text of several lines is no file's name but the config itself.
  butane: z
    .union([fileName, z.string().regex(/\n/)])
    .meta({
      label: 'Butane config',
      help: 'A file with Butane YAML; ${vm_name}, ${vm_id}, ${vm_index}, ${vm_count} and vars are filled in for each guest.',
      wants: 'the name of a Butane file, such as server.bu, or the Butane itself',
      example: 'server.bu',
      also: ['butane_conf', 'butane_config', 'bu'],
    })
    .optional(),
  butane_snippets: z
    .array(fileName)
    .default([])
    .meta({
      label: 'Butane snippets',
      help: 'More Butane files, merged into the config in this order.',
      wants: 'a list of file names, such as [users.bu]',
      example: ['users.bu'],
      ask: 'more',
      also: ['snippets', 'butane_conf_snippets'],
    }),
  butane_files: fileName
    .meta({
      label: 'Butane files',
      help: 'The folder that `local:` and trees of the Butane files are in; without it the folder of each file itself.',
      wants: 'the name of a folder, such as config',
      example: 'config',
      ask: 'never',
      also: ['butane_path', 'files_dir'],
    })
    .optional(),
  vars: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.union([z.string(), z.number(), z.boolean()]))
    .meta({
      label: 'Variables',
      help: 'Values for ${name} in the Butane files.',
      wants: 'a mapping of names to texts, numbers, true or false',
      example: { registry: 'registry.lan:5000' },
      ask: 'never',
      also: ['variables'],
    })
    .optional(),
  networks: z
    .array(networkAnswers)
    .max(8)
    .default([networkAnswers.parse({ bridge: 'vmbr0' })])
    .meta({
      label: 'Networks',
      help: 'The network cards of each guest, in order.',
      wants: 'a list of at most 8 networks, such as [{bridge: vmbr0, ip: dhcp}]',
      ask: 'more',
      also: ['network', 'nics', 'net', 'interfaces'],
    }),
  virtiofs: z
    .array(virtiofsAnswers)
    .max(10)
    .meta({
      label: 'virtiofs shares',
      help: 'Folders of the node for the guests. They keep a guest from live migration and snapshots with memory.',
      wants: 'a list of at most 10 shares, such as [{path: /srv/data, tag: data}]',
      ask: 'more',
      also: ['shares'],
    })
    .optional(),
  plan9: z
    .array(plan9Answers)
    .max(MOST_PLAN9)
    .meta({
      label: '9p shares',
      help: 'The same by 9p, for guests whose kernel has no virtiofs. Needs root@pam.',
      wants: `a list of at most ${MOST_PLAN9} shares, such as [{path: /srv/media, tag: media}]`,
      ask: 'more',
      also: ['plan9fs', '9p'],
    })
    .optional(),
  hookscripts: z
    .array(
      z
        .string()
        .regex(/^[A-Za-z][A-Za-z0-9\-_.]*:snippets\/[^\s/]+$/)
        .meta({ wants: 'a snippet, such as local:snippets/notify.pl' }),
    )
    .meta({
      label: 'Hookscripts',
      help: 'Snippets that run, in this order, before and after each guest starts and stops. Needs root@pam.',
      wants: 'a list of snippets, such as [local:snippets/notify.pl]',
      example: ['local:snippets/notify.pl'],
      ask: 'more',
      also: ['hookscript', 'hooks'],
    })
    .optional(),
  max_per_node: z
    .int()
    .min(1)
    .meta({
      label: 'At most per node',
      help: 'How many guests of the group one node may have.',
      ask: 'more',
    })
    .optional(),
  ready: readyAnswers.optional(),
  tags: z
    .array(guestTag)
    .default([])
    .meta({
      label: 'Tags',
      help: 'Tags of the guests in Proxmox VE, beside our own.',
      wants: 'a list of tags, such as [k3s]',
      example: ['k3s'],
      ask: 'more',
    }),
  // 8192 is PVE's limit; the rest is for the line that marks a guest as ours.
  description: z
    .string()
    .max(7900)
    .regex(/^(?!([\s\S]*\n)?proxwright: )/)
    .meta({
      label: 'Notes',
      help: "What Proxmox VE shows as the guest's notes.",
      wants: 'text of at most 7900 characters, no line of which begins with "proxwright: ", our mark',
      ask: 'more',
      also: ['notes', 'comment'],
    })
    .optional(),
});

export type GroupFields = z.output<typeof fields>;

/** Several guests that differ only in number and address. */
export const groupAnswers = withRules(fields, groupRules).meta({
  label: 'Group',
  summary: ({ name, count }) => `${name ?? 'group'} ×${count ?? 1}`,
});

export type GroupAnswers = z.output<typeof groupAnswers>;
