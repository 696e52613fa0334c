import type { Facts, NodeFacts } from '../../../facts/facts.ts';
import type { Finding } from '../../../plan/step.ts';
import type { ClusterAnswers } from '../answers.ts';
import type { WantedGuest } from './guests.ts';

export interface PlacedGuest extends WantedGuest {
  node: string;
  /** Its id, or the one that it will ask for first. */
  vmid: number;
}

const MIB = 1024 ** 2;
/** Where guests begin that no first id is given for; PVE's own lowest id. */
const LOWEST_ID = 100;

/** Online nodes that the answers allow; a finding for each that is not there. */
export function candidateNodes(
  answers: ClusterAnswers,
  facts: Facts,
): { nodes: NodeFacts[]; findings: Finding[] } {
  const findings: Finding[] = [];
  const online = facts.nodes.filter((node) => node.online);
  if (answers.nodes === 'all') {
    if (online.length === 0)
      findings.push({ severity: 'error', path: 'nodes', message: 'no node is online' });
    return { nodes: online, findings };
  }
  const nodes = answers.nodes.flatMap((name, at) => {
    const node = facts.nodes.find((other) => other.name === name);
    if (node?.online) return [node];
    findings.push({
      severity: 'error',
      path: `nodes.${at}`,
      message: node ? `node ${name} is offline` : `there is no node ${name}`,
      fix: `nodes that are online: ${online.map((other) => other.name).join(', ') || 'none'}`,
    });
    return [];
  });
  return { nodes, findings };
}

/**
 * Gives every new guest a node: the one with fewest guests of its group, among those the one with most
 * memory left. What is there stays where it is, and so does what takes the place of another.
 */
export function place(
  guests: readonly WantedGuest[],
  { answers, facts, nodes }: { answers: ClusterAnswers; facts: Facts; nodes: readonly NodeFacts[] },
): { placed: PlacedGuest[]; findings: Finding[] } {
  const free = new Map(nodes.map((node) => [node.name, node.memory.free]));
  const perGroup = new Map<string, number>();
  const count = (group: string, node: string, add = 0): number => {
    const key = `${group}/${node}`;
    perGroup.set(key, (perGroup.get(key) ?? 0) + add);
    return perGroup.get(key) ?? 0;
  };
  for (const { group, existing, olds } of guests) {
    const there = existing ?? olds[0];
    if (there) count(group.name, there.node, 1);
    // What a guest that goes has taken is there for the one that comes.
    for (const { node, status, config } of existing ? [] : olds.slice(0, 1)) {
      const freed = status === 'running' ? Number(config?.memory ?? 0) * MIB : 0;
      if (free.has(node)) free.set(node, (free.get(node) ?? 0) + freed);
    }
  }

  const findings: Finding[] = [];
  const ids = freeIds(answers.vmid ?? LOWEST_ID, facts);
  const placed = guests.flatMap((guest): PlacedGuest[] => {
    const { existing, group } = guest;
    if (existing) return [{ ...guest, node: existing.node, vmid: existing.vmid }];
    const memory = group.memory * MIB;
    const before = guest.olds[0]?.node;
    if (before !== undefined) count(group.name, before, -1);
    const most = group.max_per_node ?? Number.POSITIVE_INFINITY;
    const open = nodes.filter((node) => count(group.name, node.name) < most);
    if (open.length === 0 && nodes.length > 0) findings.push(allFull(guest, answers, nodes));
    const fitting = open.filter((node) => (free.get(node.name) ?? 0) >= memory);
    const [best] = [...(fitting.length > 0 ? fitting : open)].sort(
      (a, b) =>
        Number(b.name === before) - Number(a.name === before) ||
        count(group.name, a.name) - count(group.name, b.name) ||
        (free.get(b.name) ?? 0) - (free.get(a.name) ?? 0) ||
        a.name.localeCompare(b.name),
    );
    if (!best) return [];
    if (fitting.length === 0) findings.push(noRoom(guest, answers, nodes, free));
    free.set(best.name, (free.get(best.name) ?? 0) - memory);
    count(group.name, best.name, 1);
    return [{ ...guest, node: best.name, vmid: ids.next().value }];
  });
  return { placed, findings: [...findings, ...tightNodes(nodes, free)] };
}

function allFull(
  { name, group }: WantedGuest,
  answers: ClusterAnswers,
  nodes: readonly NodeFacts[],
): Finding {
  return {
    severity: 'error',
    path: `groups.${answers.groups.indexOf(group)}.max_per_node`,
    message: `${name} finds no node: each of ${nodes.map((node) => node.name).join(', ')} has ${group.max_per_node} of its group`,
    fix: 'allow more per node, name more nodes, or a smaller count',
  };
}

function noRoom(
  { name, group }: WantedGuest,
  answers: ClusterAnswers,
  nodes: readonly NodeFacts[],
  free: ReadonlyMap<string, number>,
): Finding {
  const left = nodes.map((node) => `${node.name} ${gib(Math.max(0, free.get(node.name) ?? 0))}`).join(', ');
  return {
    severity: 'error',
    path: `groups.${answers.groups.indexOf(group)}.memory`,
    message: `no node has ${gib(group.memory * MIB)} of memory left for ${name} (left: ${left})`,
    fix: 'give less memory, a smaller count, or more nodes',
  };
}

/** Below this the node itself gets short of memory. */
const TIGHT = 2 * 1024 * MIB;

function tightNodes(nodes: readonly NodeFacts[], free: ReadonlyMap<string, number>): Finding[] {
  return nodes.flatMap((node): Finding[] => {
    const left = free.get(node.name) ?? 0;
    if (left >= TIGHT || left < 0 || left >= node.memory.free) return [];
    return [
      {
        severity: 'warning',
        message: `${node.name} will have ${gib(node.memory.free)} → ${gib(left)} of memory left`,
      },
    ];
  });
}

/** Ids that nobody has, upwards. What is taken meanwhile is skipped when the guest is made. */
export function* freeIds(first: number, facts: Facts): Generator<number, never> {
  const taken = new Set([...facts.guests.map((guest) => guest.vmid), ...(facts.reserved ?? [])]);
  for (let vmid = first; ; vmid++) if (!taken.has(vmid)) yield vmid;
}

export function gib(bytes: number): string {
  const value = bytes / 1024 ** 3;
  return `${value >= 10 || Number.isInteger(value) ? Math.round(value) : value.toFixed(1)} GiB`;
}
