import type { Facts } from '../../src/facts/facts.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { serializePlan } from '../../src/plan/serialize.ts';
import type { Step, StepValue } from '../../src/plan/step.ts';
import type { Verb, VerbRegistry } from '../../src/plan/verb.ts';
import type { Workplace } from '../../src/run/context.ts';
import type { JournalHead } from '../../src/run/journal.ts';

/** A target that is one map: steps put their name in, undo takes it out. The only thing faked is that edge. */
export interface World {
  things: Map<string, number>;
  /** Step → how often its apply was called. */
  applied: Map<string, number>;
  /** Called before each apply; may throw. */
  onApply: (name: string, attempt: number) => void | Promise<void>;
  verbs: VerbRegistry;
  place: Workplace;
  running: number;
  mostAtOnce: number;
}

export class Transient extends Error {}

export const emptyFacts: Facts = {
  target: { kind: 'sandbox', label: 'test', hasHost: true },
  version: { release: '9.2', version: '9.2.11' },
  access: { user: 'root@pam', root: true, privileges: {} },
  nodes: [],
  storages: [],
  bridges: [],
  guests: [],
  volumes: [],
  snippets: [],
  pools: [],
  macPrefix: 'BC:24:11',
  mappings: [],
  ha: { mode: 'rules', visible: true, resources: [], rules: [], groups: [] },
  seed: 'seed',
};

export function newWorld(): World {
  const world: World = {
    things: new Map(),
    applied: new Map(),
    onApply: () => {},
    verbs: new Map(),
    running: 0,
    mostAtOnce: 0,
    place: {
      facts: emptyFacts,
      pve: undefined as never,
      host: () => undefined,
      waitForTask: async () => {},
      isTransient: (error) => error instanceof Transient,
      clock: { now: () => Date.now(), random: () => 0.5, sleep: async () => {} },
    },
  };
  const make: Verb<{ name: string }, string> = {
    name: 'make',
    calls: () => [],
    check: ({ name }) =>
      world.things.has(name) ? { needed: false, why: 'is there', receipt: name } : { needed: true },
    async apply({ name }, context) {
      const attempt = (world.applied.get(name) ?? 0) + 1;
      world.applied.set(name, attempt);
      world.running++;
      world.mostAtOnce = Math.max(world.mostAtOnce, world.running);
      try {
        await context.note({ name });
        await world.onApply(name, attempt);
        world.things.set(name, (world.things.get(name) ?? 0) + 1);
        return name;
      } finally {
        world.running--;
      }
    },
    find: async ({ name }, context) =>
      context.attempt.notes.length > 0 && world.things.has(name) ? name : undefined,
    async undo({ name }) {
      world.things.delete(name);
    },
  };
  world.verbs = new Map([['make', make as unknown as Verb]]);
  return world;
}

export function step(name: string, needs: readonly string[] = [], uses: Step['uses'] = {}): Step {
  return { id: name, title: name, verb: 'make', args: { name } as StepValue, needs, uses };
}

export function planOf(steps: readonly Step[]): Plan {
  return { title: 'test', workflow: 'test', locks: ['test'], steps, findings: [], guests: [] };
}

export function headOf(run: string, plan: Plan): JournalHead {
  const process = { pid: 1, machine: 'here' };
  const common = { workflow: 'test', label: 'test', started: 0, process, target: null };
  return { type: 'journal', format: 1, run, ...common, plan: serializePlan(plan).plan };
}
