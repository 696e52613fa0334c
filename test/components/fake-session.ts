import { TargetError } from '../../src/errors.ts';
import type { Facts } from '../../src/facts/facts.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { Secret } from '../../src/plan/secret.ts';
import type { Step } from '../../src/plan/step.ts';
import type { RunEvent, RunMode, RunStatus } from '../../src/run/events.ts';
import type { Question } from '../../src/view/question.ts';
import type { Answers, PlannedRun, RunSummary, Session } from '../../src/view/session.ts';

export interface FakeOptions {
  kind?: Session['target']['kind'];
  /** Milliseconds between two events of a run. */
  pace?: number;
  /** The first so many readings of facts fail. */
  unreachable?: number;
  /** The start of the second guest fails, until the run is resumed. */
  fails?: boolean;
  runs?: readonly RunSummary[];
  /** Puts an error among the plan's findings. */
  planError?: boolean;
}

export interface FakeSession extends Session {
  /** What was asked of it, in order. */
  calls: string[];
  saved: Answers[];
}

/** The edge that the terminal UI talks to: three nodes, one workflow, runs that tell what real ones tell. */
export function fakeSession(options: FakeOptions = {}): FakeSession {
  const { kind = 'sandbox', pace = 0 } = options;
  const calls: string[] = [];
  const saved: Answers[] = [];
  let unreachable = options.unreachable ?? 0;
  return {
    calls,
    saved,
    target: { kind, label: kind === 'sandbox' ? 'sandbox' : 'pve1.lab', release: '9.2', nodes: 3 },
    version: '0.1.0',
    workflows: [
      { id: 'cluster', title: 'Flatcar cluster', summary: 'several guests from Butane, with shares' },
      { id: 'vm', title: 'Guest from cloud image', summary: 'one or many, cloud-init' },
      { id: 'template', title: 'Template', summary: 'on one node or all' },
      { id: 'kea', title: 'Kea DHCP', summary: 'guests get the address in their config' },
      { id: 'maas-image', title: 'MAAS image', summary: 'build Proxmox VE for bare metal' },
      { id: 'access', title: 'API access', summary: 'role and token, least privilege' },
    ],
    async facts() {
      calls.push('facts');
      if (unreachable > 0) {
        unreachable -= 1;
        throw new TargetError('no answer', {
          where: 'pve1.lab:8006',
          why: 'connection refused',
          fix: 'see that pveproxy is running: systemctl status pveproxy',
        });
      }
      return facts;
    },
    questions: () => questions,
    check(_workflow, answers, { complete }) {
      const issues = [];
      const name = answers['name'];
      if (typeof name === 'string' && !/^[a-z][a-z0-9-]*$/.test(name)) {
        issues.push({
          severity: 'error' as const,
          path: 'name',
          message: `"${name}" is no name for guests: small letters, digits and hyphens, a letter first.`,
        });
      }
      const groups = Array.isArray(answers['groups']) ? answers['groups'] : [];
      groups.forEach((group, at) => {
        if (group.count > 9) {
          issues.push({
            severity: 'error' as const,
            path: `groups.${at}.count`,
            message: 'More than 9 guests do not fit on these nodes.',
          });
        }
        if (complete && !group.butane) {
          issues.push({
            severity: 'error' as const,
            path: `groups.${at}.butane`,
            message: 'A Butane file is needed.',
          });
        }
      });
      if (complete && !name)
        issues.push({ severity: 'error' as const, path: 'name', message: 'A name is needed.' });
      return issues;
    },
    async plan(workflow, answers) {
      calls.push(`plan ${workflow}`);
      return planFor(String(answers['name'] ?? 'edge'), options);
    },
    async run(planned, { onEvent, signal, dryRun }) {
      calls.push(dryRun ? 'dry run' : 'run');
      return perform(planned, {
        mode: dryRun ? 'dry' : 'apply',
        onEvent,
        signal,
        pace,
        fails: options.fails ?? false,
      });
    },
    async save(workflow, answers, file) {
      calls.push(`save ${workflow} ${file}`);
      saved.push(answers);
      return `/root/${file}`;
    },
    async runs() {
      calls.push('runs');
      return options.runs ?? [];
    },
    async resume(run, { onEvent, signal }) {
      calls.push(`resume ${run}`);
      return perform(planFor('edge', options), { mode: 'resume', onEvent, signal, pace, fails: false });
    },
    async undo(run, { onEvent, signal }) {
      calls.push(`undo ${run}`);
      return perform(planFor('edge', options), { mode: 'undo', onEvent, signal, pace, fails: false });
    },
  };
}

const GiB = 1024 ** 3;
export const now = Date.UTC(2025, 10, 20, 16, 2, 11);

const storage = (node: string, name: string, type: string, avail: number, shared = false) => ({
  node,
  storage: name,
  type,
  content: ['images', 'snippets'],
  shared,
  active: true,
  avail: avail * GiB,
  total: 2 * avail * GiB,
});

const facts: Facts = {
  target: { kind: 'sandbox', label: 'sandbox', hasHost: true },
  version: { release: '9.2', version: '9.2.1' },
  access: { user: 'root@pam', root: true, privileges: {} },
  nodes: [
    { name: 'pve1', online: true, memory: { total: 64 * GiB, free: 38 * GiB }, cpus: 16 },
    { name: 'pve2', online: true, memory: { total: 64 * GiB, free: 51 * GiB }, cpus: 16 },
    { name: 'pve3', online: true, memory: { total: 32 * GiB, free: 22 * GiB }, cpus: 8 },
  ],
  storages: [
    storage('pve1', 'local-lvm', 'lvmthin', 412),
    storage('pve2', 'local-lvm', 'lvmthin', 380),
    storage('pve1', 'ceph', 'rbd', 1946, true),
    storage('pve1', 'local', 'dir', 61),
  ],
  bridges: [{ node: 'pve1', bridge: 'vmbr0', vlanAware: true, cidr: '192.168.1.2/24' }],
  guests: [],
  volumes: [],
  snippets: [],
  pools: [],
  macPrefix: 'BC:24:11',
  mappings: [],
  ha: { mode: 'rules', resources: [] },
  seed: 'fake',
};

const question = (one: Partial<Question> & Pick<Question, 'key' | 'label' | 'help' | 'kind'>): Question => ({
  required: true,
  advanced: false,
  ...one,
});

const questions: readonly Question[] = [
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
    summary: (item) => `${item['name'] ?? '?'} ×${item['count'] ?? '?'}`,
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

function planFor(name: string, { planError = false }: FakeOptions): PlannedRun {
  const nodes = ['pve1', 'pve2', 'pve3'];
  const step = (id: string, node: string, needs: readonly string[]): Step => ({
    id,
    title: id,
    verb: id.split(' ')[0] ?? '',
    args: {},
    needs,
    uses: { node },
  });
  const steps = [
    ...nodes.map((node) => step(`template on ${node}`, node, [])),
    ...nodes.flatMap((node, at) => {
      const guest = `${name}-server-${at + 1}`;
      return [
        step(`write Ignition of ${guest}`, node, []),
        step(`clone ${guest}`, node, [`template on ${node}`]),
        step(`configure ${guest}`, node, [`clone ${guest}`, `write Ignition of ${guest}`]),
        step(`start ${guest}`, node, [`configure ${guest}`]),
      ];
    }),
  ];
  const plan: Plan = {
    title: `${name} cluster`,
    workflow: 'cluster',
    locks: [`cluster-${name}`],
    steps,
    findings: [
      { severity: 'warning', message: 'pve3 will have 22 → 10 GiB of memory left' },
      ...(planError
        ? [
            {
              severity: 'error' as const,
              path: 'groups.0.networks.0.bridge',
              message: "bridge 'vmbr9' is not on pve2",
              fix: 'choose vmbr0, which all nodes have',
            },
          ]
        : []),
    ],
    picture: {
      nodes: nodes.map((node, at) => ({
        name: node,
        memoryFree: [38, 51, 22][at]! * GiB,
        guests: [
          {
            name: `${name}-server-${at + 1}`,
            vmid: 9101 + at,
            address: `10.0.20.${11 + at}`,
            isNew: true,
            segments: [{ bridge: 'vmbr0', tag: 20 }],
          },
        ],
      })),
      segments: [{ bridge: 'vmbr0', tag: 20, subnet: '10.0.20.0/24' }],
      notes: ['share data → /srv/data (virtiofs: no live migration)'],
    },
    guests: [],
  };
  return {
    plan,
    steps: steps.map((one, at) => ({
      id: one.id,
      title: one.title,
      needed: at !== 0,
      ...(at === 0 ? { why: 'the template is there already' } : {}),
      calls: one.id.startsWith('write')
        ? [
            {
              node: one.uses.node ?? '',
              file: '/var/lib/vz/snippets/x.ign',
              mode: '0600',
              content: new Secret('{"secret": "hunter2"}', '{"secret": "***"}'),
            },
          ]
        : [
            {
              method: 'POST',
              path: `/nodes/${one.uses.node}/qemu/9000/clone`,
              params: {
                newid: 9101,
                name: one.id.split(' ')[1],
                full: false,
                password: new Secret('hunter2'),
              },
            },
          ],
    })),
  };
}

interface Performance {
  mode: RunMode;
  onEvent: (event: RunEvent) => void;
  signal: AbortSignal;
  pace: number;
  fails: boolean;
}

/** Three steps at once; a template tells its fraction, a clone waits for a lock once. */
async function perform({ plan, steps }: PlannedRun, { mode, onEvent, signal, pace, fails }: Performance) {
  const run = '01J8ZQ4D3E';
  let time = now;
  let changed = 0;
  let failed = 0;
  const pause = () => new Promise((resolve) => setTimeout(resolve, pace));
  const emit = async (event: Record<string, unknown>) => {
    time += 400;
    onEvent({ time: pace > 0 ? Date.now() : time, ...event } as RunEvent);
    if (pace > 0) await pause();
  };
  await pause();
  await emit({
    type: 'run-started',
    run,
    title: plan.title,
    target: 'sandbox',
    mode,
    process: { pid: 1, machine: 'here' },
    steps: plan.steps.map(({ id, title, needs, uses }) => ({ id, title, needs, node: uses.node })),
  });
  const perStep = async (id: string, node: string) => {
    if (signal.aborted || failed > 0) return;
    if (id === plan.steps[0]?.id)
      return emit({ type: 'step-unchanged', step: id, why: 'the template is there already', receipt: {} });
    if (mode === 'dry') return emit({ type: 'step-needed', step: id });
    await emit({ type: 'step-started', step: id });
    if (id.startsWith('template')) {
      for (let part = 1; part <= 10; part += 1) {
        const done = (1.5 * part) / 10;
        await emit({
          type: 'step-progress',
          step: id,
          fraction: part / 10,
          text: `importing ${done.toFixed(1)} of 1.5 GiB`,
        });
        await emit({
          type: 'log',
          step: id,
          node,
          line: `transferred ${done.toFixed(1)} GiB of 1.5 GiB (${part * 10}.0%)`,
        });
      }
    }
    if (id.startsWith('clone')) {
      await emit({ type: 'step-retry', step: id, attempt: 1, reason: 'the template is locked', delay: 500 });
    }
    if (fails && id.startsWith('start') && id.endsWith('-2')) {
      failed += 1;
      return emit({
        type: 'step-failed',
        step: id,
        error: {
          message: "bridge 'vmbr9' does not exist on pve2",
          why: 'the guest’s config names it',
          fix: 'make the bridge on pve2, or change the network in the answers',
        },
      });
    }
    changed += 1;
    await emit({ type: 'step-done', step: id, receipt: {}, duration: 1200 });
  };
  const waiting = plan.steps.map((step) => step);
  const worker = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift())
      await perStep(step.id, step.uses.node ?? '');
  };
  await Promise.all([worker(), worker(), worker()]);
  const status: RunStatus = failed > 0 ? 'failed' : signal.aborted ? 'cancelled' : 'ok';
  await emit({
    type: 'run-finished',
    run,
    status,
    changed,
    unchanged: steps.length - changed,
    failed,
    guests:
      status === 'ok' && (mode === 'apply' || mode === 'resume')
        ? (plan.picture?.nodes ?? []).flatMap((node) =>
            node.guests.map((guest) => ({
              name: guest.name,
              vmid: guest.vmid,
              node: node.name,
              address: guest.address,
              mac: 'BC:24:11:00:91:01',
            })),
          )
        : [],
  });
  return { run, status };
}
