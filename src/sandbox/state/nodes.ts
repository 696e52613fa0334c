import { fail } from '../refusal.ts';
import type { SeedNode } from '../seed/shape.ts';

/** What stays the same about the cluster, written once when it is seeded. */
export interface ClusterFacts {
  readonly cluster: string;
  readonly version: { readonly release: string; readonly version: string; readonly repoid: string };
  readonly nodes: readonly SeedNode[];
  /** Bytes per storage: what there is, what others use, what the file system keeps back. */
  readonly capacity: Readonly<Record<string, { total: number; used: number; reserved: number }>>;
  /** Milliseconds since 1970 at which the nodes came up. */
  readonly since: number;
}

/** The text that the real API gives for a node that it cannot resolve. */
export function unknownNode(name: string): Error {
  return fail(
    `hostname lookup '${name}' failed - failed to get address info for: ${name}: Name or service not known`,
  );
}

export class Nodes {
  readonly facts: ClusterFacts;

  constructor(facts: ClusterFacts) {
    this.facts = facts;
  }

  get names(): string[] {
    return this.facts.nodes.map((node) => node.name);
  }

  find(name: string): SeedNode | undefined {
    return this.facts.nodes.find((node) => node.name === name);
  }

  get(name: string): SeedNode {
    const node = this.find(name);
    if (!node) throw unknownNode(name);
    return node;
  }

  /** By name, or by the address of any of its bridges. */
  at(host: string): SeedNode | undefined {
    return this.facts.nodes.find(
      (node) =>
        node.name === host ||
        `${node.name}.${node.domain}` === host ||
        node.bridges.some((bridge) => bridge.address?.split('/')[0] === host),
    );
  }
}

export function addressOf(node: SeedNode): string {
  return node.bridges.find((bridge) => bridge.address !== undefined)?.address?.split('/')[0] ?? '127.0.0.1';
}
