import type { NodeFacts } from '../../../facts/facts.ts';
import type { Group, WantedGuest } from './guests.ts';

const MIB = 1024 ** 2;

/** What is left on the nodes, in bytes, and how many guests of a group each has. */
export class Room {
  readonly free: Map<string, number>;
  readonly #counts = new Map<string, number>();
  readonly #released = new Set<WantedGuest>();

  constructor(nodes: readonly NodeFacts[]) {
    this.free = new Map(nodes.map((node) => [node.name, node.memory.free]));
  }

  count(group: Group, node: string, add = 0): number {
    const key = `${group.name}/${node}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + add);
    return this.#counts.get(key) ?? 0;
  }

  take(guest: WantedGuest, node: string): void {
    this.count(guest.group, node, 1);
    this.#add(node, -memoryOf(guest));
  }

  /** What the guest whose place it takes has, is there again; once. */
  release(guest: WantedGuest): void {
    const [old] = guest.olds;
    if (!old || this.#released.has(guest)) return;
    this.#released.add(guest);
    this.count(guest.group, old.node, -1);
    if (old.status === 'running') this.#add(old.node, Number(old.config?.memory ?? 0) * MIB);
  }

  #add(node: string, bytes: number): void {
    const free = this.free.get(node);
    if (free !== undefined) this.free.set(node, free + bytes);
  }
}

/** Of a guest as the answers want it, in bytes. */
export function memoryOf({ group }: Pick<WantedGuest, 'group'>): number {
  return group.memory * MIB;
}
