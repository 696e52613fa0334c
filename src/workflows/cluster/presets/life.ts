import type { Facts, GuestFacts } from '../../../facts/facts.ts';
import type { Finding } from '../../../plan/step.ts';
import type { PlanInputs } from '../../workflow.ts';
import type { ClusterAnswers } from '../answers.ts';
import type { PlacedGuest } from '../guests/placement.ts';
import { API_PORT } from './answers.ts';
import { firstServerFinding } from './first-server.ts';
import type { PresetCluster } from './preset-cluster.ts';
import { roleOf } from './rules.ts';
import { hasServer } from './steps.ts';

/** A preset's servers count as up when their API takes connections, unless the answers say otherwise. */
export function withServerPort(answers: ClusterAnswers): ClusterAnswers {
  if (answers.preset === undefined) return answers;
  return {
    ...answers,
    groups: answers.groups.map((group) =>
      roleOf(group) === 'server' && group.ready === undefined
        ? { ...group, ready: { port: API_PORT } }
        : group,
    ),
  };
}

/** What of the guests' life the cluster inside them would not survive, and what it has to be told. */
export function presetFindings(
  preset: PresetCluster | undefined,
  answers: ClusterAnswers,
  life: { placed: readonly PlacedGuest[]; gone: readonly GuestFacts[]; facts: Facts; inputs: PlanInputs },
): Finding[] {
  if (!preset) return [];
  return [
    ...preset.findings,
    ...replacedServers(preset, life.placed),
    ...goneServers(preset, life),
    ...firstServerFinding({ answers, servers: preset.servers, facts: life.facts }, life.placed),
    ...foreignKubeconfig(preset, answers, life.inputs),
  ];
}

/** Two members of three go on, and let a new one in; fewer do not. */
const FEWEST = 3;

function replacedServers({ id, servers }: PresetCluster, placed: readonly PlacedGuest[]): Finding[] {
  const own = placed.filter(({ group }) => group.name === servers.name);
  const replaced = own.filter((guest) => guest.olds.length > 0);
  if (replaced.length === 0) return [];
  const there = own.filter((guest) => guest.existing || guest.olds.length > 0);
  const fix = 'keep them as they were made: update: { replace: false }';
  if (there.length < FEWEST) {
    return [
      {
        severity: 'error',
        path: 'update.replace',
        message: `making ${replaced[0]?.name} anew would lose the cluster: ${there.length === 1 ? 'it is its only server' : 'of two servers one alone decides nothing'}`,
        fix: `${fix}; or let the cluster grow to 3 servers first`,
      },
    ];
  }
  if (id === 'k3s') return [];
  return [
    {
      severity: 'error',
      path: 'update.replace',
      message: `${replaced[0]?.name} cannot be made anew: etcd as kubeadm sets it up keeps the old one as a member, and takes no other under its name`,
      fix: `${fix}; or take the old one out of etcd, remove its guest by hand, and apply again`,
    },
  ];
}

function goneServers(
  { servers }: PresetCluster,
  { placed, gone }: { placed: readonly PlacedGuest[]; gone: readonly GuestFacts[] },
): Finding[] {
  if (gone.length === 0) return [];
  const nodes = gone.map(({ name }) => name);
  const leaving = gone.filter(({ identity }) => identity?.group === servers.name);
  const staying = placed.filter(({ group, existing, olds }) => {
    return group.name === servers.name && (existing !== undefined || olds.length > 0);
  });
  const all = leaving.length + staying.length;
  if (leaving.length > 0 && staying.length * 2 <= all) {
    return [
      {
        severity: 'error',
        path: 'groups',
        message: `without ${leaving.map(({ name }) => name).join(', ')} the cluster would stand still: ${staying.length} of ${all} servers are no majority`,
        fix: 'take those nodes out with kubectl delete node, one after the other, remove their guests by hand, and apply again',
      },
    ];
  }
  return [
    {
      severity: 'info',
      message: `${nodes.join(', ')} ${nodes.length === 1 ? 'stays' : 'stay'} in the cluster's list of nodes`,
      fix: `before or after: kubectl delete node ${nodes.join(' ')}`,
    },
  ];
}

/** Somebody's ~/.kube/config is not ours to write over. */
function foreignKubeconfig(
  { peers }: PresetCluster,
  { preset_options: options }: ClusterAnswers,
  { texts }: PlanInputs,
): Finding[] {
  const file = options?.kubeconfig;
  const text = file === undefined ? undefined : texts.get(file);
  if (text === undefined || peers.some((peer) => hasServer(text, `https://${peer}:${API_PORT}`))) return [];
  return [
    {
      severity: 'error',
      path: 'preset_options.kubeconfig',
      message: `${file} is there already, and does not lead to this cluster`,
      fix: 'name another file, or move that one away',
    },
  ];
}
