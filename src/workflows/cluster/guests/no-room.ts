import type { NodeFacts } from '../../../facts/facts.ts';
import type { Finding } from '../../../plan/step.ts';
import type { ClusterAnswers } from '../answers.ts';
import type { WantedGuest } from './guests.ts';
import { memoryOf, type Room } from './room.ts';

/** What a guest's node is chosen by. */
export interface Choice {
  answers: ClusterAnswers;
  nodes: readonly NodeFacts[];
  room: Room;
  /** It runs beside its old one for a while. */
  isBeside: boolean;
}

/** Nothing is refused for what lasts only as long as one guest takes the place of another. */
export function crowdedNode({ group }: WantedGuest, answers: ClusterAnswers): Finding {
  return {
    severity: 'warning',
    path: `groups.${answers.groups.indexOf(group)}.max_per_node`,
    message: `while guests of ${group.name} are made anew, a node may have more of them than ${group.max_per_node} (max_per_node): old and new stand side by side`,
    fix: 'update: { max_surge: 0 } keeps to it',
  };
}

export function allFull(
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

export function noRoom(guest: WantedGuest, { answers, nodes, room, isBeside }: Choice): Finding {
  const { name, group } = guest;
  const left = nodes.map((node) => `${node.name} ${gib(Math.max(0, room.free.get(node.name) ?? 0))}`);
  const beside = isBeside ? ' beside its old one' : '';
  return {
    severity: 'error',
    path: `groups.${answers.groups.indexOf(group)}.memory`,
    message: `no node has ${gib(memoryOf(guest))} of memory left for ${name}${beside} (left: ${left.join(', ')})`,
    fix: isBeside
      ? 'update: { max_surge: 0, max_unavailable: 1 } stops each before its new one starts; or name more nodes'
      : 'give less memory, a smaller count, or more nodes',
  };
}

/** Below this the node itself gets short of memory. */
const TIGHT = 2 * 1024 ** 3;

export function tightNodes(nodes: readonly NodeFacts[], free: ReadonlyMap<string, number>): Finding[] {
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

export function gib(bytes: number): string {
  const value = bytes / 1024 ** 3;
  return `${value >= 10 || Number.isInteger(value) ? Math.round(value) : value.toFixed(1)} GiB`;
}
