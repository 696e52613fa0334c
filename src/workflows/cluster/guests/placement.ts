import type { Facts, NodeFacts } from '../../../facts/facts.ts';
import type { Finding } from '../../../plan/step.ts';
import type { ClusterAnswers } from '../answers.ts';
import { paceOf } from '../life/roll.ts';
import type { Group, WantedGuest } from './guests.ts';
import { allFull, type Choice, crowdedNode, noRoom, tightNodes } from './no-room.ts';
import { memoryOf, Room } from './room.ts';

export interface PlacedGuest extends WantedGuest {
  node: string;
  /** Its id, or the one that it will ask for first. */
  vmid: number;
}

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
 * memory left. What is there stays where it is, and so does what takes the place of another, where it fits;
 * one that runs beside its old one for a while needs room for both.
 */
export function place(
  guests: readonly WantedGuest[],
  { answers, facts, nodes }: { answers: ClusterAnswers; facts: Facts; nodes: readonly NodeFacts[] },
): { placed: PlacedGuest[]; findings: Finding[] } {
  const room = new Room(nodes);
  const turns = answers.groups.map((group) => turnsOf(group, guests, answers));
  const beside = new Set(turns.flatMap(({ replaced, isBeside }) => replaced.filter((_, at) => isBeside(at))));
  for (const guest of guests) {
    const there = guest.existing ?? guest.olds[0];
    if (there) room.count(guest.group, there.node, 1);
  }
  const findings: Finding[] = [];
  const homes = new Map<WantedGuest, string>();
  const settle = (guest: WantedGuest): void => {
    const { best, finding } = bestNode(guest, { answers, nodes, room, isBeside: beside.has(guest) });
    if (finding) findings.push(finding);
    if (best === undefined) return;
    room.take(guest, best);
    homes.set(guest, best);
  };
  // Those first that take nobody's place: a roll begins when they are there.
  for (const guest of guests) if (!guest.existing && guest.olds.length === 0) settle(guest);
  for (const { replaced, width } of turns) {
    replaced.forEach((guest, at) => {
      const over = beside.has(guest) ? replaced[at - width] : guest;
      if (over) room.release(over);
      settle(guest);
    });
    for (const guest of replaced) room.release(guest);
  }
  const ids = freeIds(answers.vmid ?? LOWEST_ID, facts);
  const placed = guests.flatMap((guest): PlacedGuest[] => {
    const { existing } = guest;
    if (existing) return [{ ...guest, node: existing.node, vmid: existing.vmid }];
    const node = homes.get(guest);
    return node === undefined ? [] : [{ ...guest, node, vmid: ids.next().value }];
  });
  return { placed, findings: [...findings, ...tightNodes(nodes, room.free)] };
}

interface Turns {
  /** In the order in which they are made anew. */
  replaced: readonly WantedGuest[];
  /** How many are under way at once. */
  width: number;
  isBeside(at: number): boolean;
}

/** How a group's guests take the places of others, as rollOrder has it. */
function turnsOf(group: Group, guests: readonly WantedGuest[], answers: ClusterAnswers): Turns {
  const { surge, unavailable } = paceOf(answers, group);
  const width = surge + unavailable;
  return {
    replaced: guests.filter((guest) => guest.group === group && !guest.existing && guest.olds.length > 0),
    width,
    isBeside: (at) => at % width < surge,
  };
}

function bestNode(
  guest: WantedGuest,
  { answers, nodes, room, isBeside }: Choice,
): { best?: string; finding?: Finding } {
  const { group, olds } = guest;
  const before = olds[0]?.node;
  const most = group.max_per_node ?? Number.POSITIVE_INFINITY;
  const open = nodes.filter((node) => room.count(group, node.name) < most);
  const fits = ({ name }: NodeFacts): boolean => (room.free.get(name) ?? 0) >= memoryOf(guest);
  const order = (candidates: readonly NodeFacts[]): NodeFacts[] =>
    [...candidates].sort(
      (a, b) =>
        Number(b.name === before) - Number(a.name === before) ||
        room.count(group, a.name) - room.count(group, b.name) ||
        (room.free.get(b.name) ?? 0) - (room.free.get(a.name) ?? 0) ||
        a.name.localeCompare(b.name),
    );
  const [best] = order(open.filter(fits));
  if (best) return { best: best.name };
  // Only for as long as both are there.
  const [crowded] = isBeside ? order(nodes.filter(fits)) : [];
  if (crowded) return { best: crowded.name, finding: crowdedNode(guest, answers) };
  if (open.length === 0 && !isBeside)
    return nodes.length > 0 ? { finding: allFull(guest, answers, nodes) } : {};
  const [fullest] = order(open.length > 0 ? open : nodes);
  return fullest ? { best: fullest.name, finding: noRoom(guest, { answers, nodes, room, isBeside }) } : {};
}

/** Ids that nobody has, upwards. What is taken meanwhile is skipped when the guest is made. */
export function* freeIds(first: number, facts: Facts): Generator<number, never> {
  const taken = new Set([...facts.guests.map((guest) => guest.vmid), ...(facts.reserved ?? [])]);
  for (let vmid = first; ; vmid++) if (!taken.has(vmid)) yield vmid;
}
