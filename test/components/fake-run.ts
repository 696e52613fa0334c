import type { Plan } from '../../src/plan/plan.ts';
import { Secret } from '../../src/plan/secret.ts';
import type { Step } from '../../src/plan/step.ts';
import type { RunEvent, RunMode, RunStatus } from '../../src/run/events.ts';
import type { PlannedRun } from '../../src/view/session.ts';
import { GiB, now } from './fake-facts.ts';

/** One guest on each of three nodes, from a template that the first has already. */
export function planFor(
  name: string,
  { planError = false, replaces = false }: { planError?: boolean; replaces?: boolean },
): PlannedRun {
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
    ...(replaces
      ? {
          replacements: [
            {
              name: `${name}-server-1`,
              node: 'pve1',
              begins: steps[1]!.id,
              up: steps[2]!.id,
              olds: [{ node: 'pve1', vmid: 9101, stops: steps[1]!.id, gone: steps[2]!.id }],
            },
          ],
        }
      : {}),
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
export async function perform(
  { plan, steps }: PlannedRun,
  { mode, onEvent, signal, pace, fails }: Performance,
) {
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
