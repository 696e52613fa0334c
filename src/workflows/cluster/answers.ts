import { z } from 'zod';
import { dnsLabel, nodesOrAll, poolId, storageId, vmid } from '../../answers/fields.ts';
import { withRules } from '../../answers/rule.ts';
import { groupAnswers } from './groups/answers.ts';
import { checkHa, haAnswers } from './ha/answers.ts';
import { checkUpdate, updateAnswers } from './life/answers.ts';
import { PRESET_GROUPS, presetAnswers, presetOptions } from './presets/answers.ts';
import { checkPreset } from './presets/rules.ts';
import {
  checkGuestNames,
  checkNodes,
  checkOverlaps,
  checkRemovedGroups,
  checkSource,
  checkVmids,
} from './rules.ts';

/** What is made where neither a template nor an image is named. */
export const DEFAULT_IMAGE = 'flatcar-stable';

const fields = z.strictObject({
  name: dnsLabel.meta({
    label: 'Name',
    help: 'Of the cluster. Guests are named after it: edge-server-1.',
    example: 'edge',
    suggest: 'flatcar',
  }),
  image: z
    .string()
    .min(1)
    .meta({
      label: 'Image',
      help: 'The system of the guests. Where its template is not there yet, it is made.',
      wants: 'the name of an image, such as flatcar-stable',
      example: DEFAULT_IMAGE,
      suggest: DEFAULT_IMAGE,
      choices: 'images',
      when: ({ template }) => template === undefined,
    })
    .optional(),
  // As PVE's `dns-name`: people name templates after versions.
  template: z
    .string()
    .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/)
    .meta({
      label: 'Template',
      help: 'A template that is there already, instead of an image.',
      wants: 'the name of a template, such as flatcar-stable',
      example: 'flatcar-stable',
      choices: 'templates',
      ask: 'more',
      when: ({ image }) => image === undefined,
      also: ['template_name', 'clone_from'],
    })
    .optional(),
  preset: presetAnswers,
  groups: z
    .array(groupAnswers)
    .min(1)
    .meta({
      label: 'Groups',
      help: 'Guests of one kind each: servers, workers.',
      wants: 'a list of at least one group, such as [{name: server, count: 3}]',
      suggest: [{ name: 'server', count: 3, cores: 2, memory: 2048, disk: '20G' }],
      suggestFor: ({ preset }) => (preset === undefined ? undefined : PRESET_GROUPS),
      also: ['group', 'machines', 'guests', 'pools'],
    }),
  preset_options: presetOptions,
  nodes: nodesOrAll.meta({
    label: 'Nodes',
    help: 'Where guests may go; they are spread by free memory.',
    also: ['node', 'target_node', 'hosts'],
  }),
  storage: storageId
    .meta({
      label: 'Storage for the disks',
      help: 'Where the template, and so its clones, have their disks. Without it, the one with the most room on all nodes.',
      example: 'local-lvm',
      choices: 'disk-storages',
      also: ['datastore', 'disk_storage'],
    })
    .optional(),
  snippets: storageId
    .meta({
      label: 'Storage for snippets',
      help: "Where the guests' Ignition configs are kept. Without it, the first one that takes snippets.",
      example: 'local',
      choices: 'snippet-storages',
      ask: 'more',
      also: ['snippet_storage', 'snippets_storage', 'cloud_init_storage'],
    })
    .optional(),
  vmid: vmid
    .meta({
      label: 'First id',
      help: 'Guests get this id and the next free ones. Without it, the next free ids of the datacenter.',
      example: 9100,
      ask: 'more',
      also: ['id', 'first_id', 'vm_id'],
    })
    .optional(),
  pool: poolId
    .meta({
      label: 'Pool',
      help: 'Resource pool that the guests become members of; it is made where it is not there.',
      example: 'edge',
      choices: 'pools',
      ask: 'more',
    })
    .optional(),
  ignition: z
    .strictObject({
      transport: z.enum(['cloud-init', 'fw_cfg']).default('cloud-init').meta({
        label: 'Way of the config',
        help: 'cloud-init: on a drive, works with an API token. fw_cfg: by QEMU itself, needs root@pam.',
      }),
    })
    .prefault({})
    .meta({ label: 'Ignition', help: 'How guests get their config.', ask: 'more' }),
  clone: z
    .enum(['linked', 'full'])
    .default('linked')
    .meta({
      label: 'Clones',
      help: 'linked: made in a moment, share the blocks of the template. full: take time and room, and stand alone.',
      ask: 'more',
      also: ['full_clone', 'clone_mode'],
    }),
  onboot: z
    .boolean()
    .default(true)
    .meta({
      label: 'Start with the node',
      help: 'Guests start when their node has booted.',
      ask: 'more',
      also: ['on_boot', 'autostart'],
    }),
  start: z
    .boolean()
    .default(true)
    .meta({ label: 'Start', help: 'Starts the guests when they are made.', ask: 'more' }),
  wait: z
    .strictObject({
      address: z.boolean().default(true).meta({
        label: 'Wait for addresses',
        help: 'The run ends only when each guest has told its address.',
      }),
      timeout: z
        .int()
        .min(1)
        .max(86_400)
        .default(300)
        .meta({ label: 'At most', help: 'How long to wait for one guest.', unit: 'seconds', example: 300 }),
    })
    .prefault({})
    .meta({ label: 'Waiting', help: 'What the run waits for after the start.', ask: 'more' }),
  ha: haAnswers,
  update: updateAnswers,
  removed_groups: z
    .array(dnsLabel)
    .meta({
      label: 'Groups to remove',
      help: 'Groups that are no longer among the groups, and whose guests are to go.',
      wants: 'a list of group names, such as [worker]',
      example: ['worker'],
      ask: 'never',
    })
    .optional(),
});

/** One item of `clusters:`. */
export const clusterAnswers = withRules(fields, [
  { reads: ['template', 'image'], check: checkSource },
  { reads: ['name', 'groups.*.name', 'groups.*.count'], check: checkGuestNames },
  { reads: ['vmid', 'groups.*.count'], check: checkVmids },
  { reads: ['nodes'], check: checkNodes },
  { reads: ['groups.*.count', 'groups.*.networks'], check: checkOverlaps },
  { reads: ['ha.enabled', 'ha.state', 'start'], check: checkHa },
  { reads: ['update', 'preset', 'groups.*.networks'], check: checkUpdate },
  { reads: ['removed_groups', 'groups.*.name'], check: checkRemovedGroups },
  {
    reads: ['preset', 'preset_options', 'groups.*.name', 'groups.*.role', 'groups.*.networks'],
    check: checkPreset,
  },
])
  .overwrite((cluster) =>
    cluster.template === undefined && cluster.image === undefined
      ? { ...cluster, image: DEFAULT_IMAGE }
      : cluster,
  )
  .meta({ label: 'Cluster', unique: 'name', summary: ({ name }) => String(name ?? 'cluster') });

export type ClusterAnswers = z.output<typeof clusterAnswers>;
