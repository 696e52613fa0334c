import type { Question } from '../../src/view/wizard/question.ts';

const question = (one: Partial<Question> & Pick<Question, 'key' | 'label' | 'help' | 'kind'>): Question => ({
  required: true,
  advanced: false,
  ...one,
});

export const questions: readonly Question[] = [
  question({
    key: 'name',
    label: 'Name',
    kind: 'text',
    help: 'The guests are called after it: edge becomes edge-server-1, edge-server-2 and so on.',
    example: 'edge',
  }),
  question({
    key: 'image',
    label: 'Image',
    kind: 'choice',
    help: 'The Flatcar channel that the template is made from.',
    default: 'flatcar-stable',
    choices: [
      { value: 'flatcar-stable', label: 'stable 4593', detail: 'released 3 weeks ago' },
      { value: 'flatcar-beta', label: 'beta 4628', detail: 'released 6 days ago' },
      { value: 'flatcar-lts', label: 'LTS 4081', detail: 'released 2 months ago' },
    ],
    open: true,
  }),
  question({
    key: 'nodes',
    label: 'Nodes',
    kind: 'many',
    help: 'Where guests may go. They are spread by free memory.',
    default: ['pve1', 'pve2', 'pve3'],
    choices: [
      { value: 'pve1', label: 'pve1', detail: '16 CPUs   38 GiB free' },
      { value: 'pve2', label: 'pve2', detail: '16 CPUs   51 GiB free' },
      { value: 'pve3', label: 'pve3', detail: '8 CPUs   22 GiB free' },
    ],
  }),
  question({
    key: 'groups',
    label: 'Groups',
    kind: 'list',
    help: 'Guests of a group are alike: same size, same Butane file, same networks.',
    summary: (item) => `${item.name ?? '?'} ×${item.count ?? '?'}`,
    questions: [
      question({
        key: 'name',
        label: 'Name',
        kind: 'text',
        help: 'Becomes part of the guests’ names.',
        example: 'server',
      }),
      question({ key: 'count', label: 'Count', kind: 'number', help: 'How many guests.', default: 3 }),
      question({
        key: 'memory',
        label: 'Memory',
        kind: 'number',
        help: 'Of each guest.',
        default: 4096,
        unit: 'MiB',
      }),
      question({
        key: 'butane',
        label: 'Butane file',
        kind: 'text',
        help: 'What the guests become at their first boot. It is read when the plan is made.',
        example: 'server.bu',
      }),
      question({
        key: 'tags',
        label: 'Tags',
        kind: 'texts',
        help: 'Shown in the web interface.',
        required: false,
        advanced: true,
      }),
    ],
  }),
  question({
    key: 'storage',
    label: 'Storage',
    kind: 'choice',
    help: 'Storage for the disks. 3 × 20 GiB = 60 GiB are needed.',
    choices: [
      { value: 'local-lvm', label: 'local-lvm', detail: 'thin   412 GiB free   on all 3 nodes' },
      { value: 'ceph', label: 'ceph', detail: 'rbd   1.9 TiB free   shared, HA works' },
      { value: 'local', label: 'local', detail: 'dir   61 GiB free   on all 3 nodes' },
      { value: 'backup', label: 'backup', disabled: 'takes no disks' },
    ],
  }),
  question({
    key: 'network',
    label: 'Network',
    kind: 'group',
    help: 'The first network card of every guest.',
    required: false,
    questions: [
      question({
        key: 'bridge',
        label: 'Bridge',
        kind: 'choice',
        help: 'A bridge that all chosen nodes have.',
        choices: [
          { value: 'vmbr0', label: 'vmbr0' },
          { value: 'vmbr1', label: 'vmbr1' },
        ],
      }),
      question({
        key: 'tag',
        label: 'VLAN',
        kind: 'number',
        help: 'Its tag, where there is one.',
        required: false,
        example: '20',
      }),
    ],
  }),
  question({
    key: 'password',
    label: 'Password',
    kind: 'secret',
    help: 'For the console, of the user core.',
    required: false,
  }),
  question({
    key: 'ha',
    label: 'HA',
    kind: 'toggle',
    help: 'Restart guests elsewhere when their node fails.',
    default: false,
    advanced: true,
  }),
  question({
    key: 'pool',
    label: 'Pool',
    kind: 'text',
    help: 'The guests become its members.',
    required: false,
    advanced: true,
  }),
];
