import type { StepUses } from '../plan/step.ts';

/** How many steps may run at once on one node, storage or template, and in all. */
export interface Limits {
  node: number;
  storage: number;
  template: number;
  all: number;
}

/**
 * Four at once per node is where a node stops getting faster (facts: ten clones, four in flight, 2.1 s);
 * `all` keeps the connections to the API below what one node answers well.
 */
export const DEFAULT_LIMITS: Limits = { node: 4, storage: 4, template: 4, all: 16 };

export interface Task {
  id: string;
  needs: readonly string[];
  uses: StepUses;
}

export interface ScheduleOptions {
  limits: Limits;
  signal: AbortSignal;
  /** A task could run but for a limit; said once per task. */
  onWaiting?: (id: string, waitsFor: string) => void;
}

/**
 * Runs tasks as a graph: each as soon as all it needs came to a good end and its node, storage and template
 * have room. What stands behind a failure is left out; the rest goes on. After an abort nothing new begins.
 */
export async function schedule(
  tasks: readonly Task[],
  run: (id: string) => Promise<boolean>,
  { limits, signal, onWaiting }: ScheduleOptions,
): Promise<void> {
  const known = new Set(tasks.map((task) => task.id));
  const waiting = new Map(tasks.map((task) => [task.id, new Set(task.needs.filter((id) => known.has(id)))]));
  const ready: Task[] = tasks.filter((task) => waiting.get(task.id)?.size === 0);
  const dependents = dependentsOf(tasks);
  const load = new Map<string, number>();
  const running = new Set<Promise<void>>();
  const told = new Set<string>();

  const begin = (task: Task): void => {
    for (const key of keysOf(task.uses)) load.set(key, (load.get(key) ?? 0) + 1);
    const work = run(task.id).then((good) => {
      for (const key of keysOf(task.uses)) load.set(key, (load.get(key) ?? 0) - 1);
      running.delete(work);
      if (!good) return;
      for (const dependent of dependents.get(task.id) ?? []) {
        const needs = waiting.get(dependent.id);
        needs?.delete(task.id);
        if (needs?.size === 0) ready.push(dependent);
      }
    });
    running.add(work);
  };

  while (ready.length > 0 || running.size > 0) {
    for (let at = 0; at < ready.length && running.size < limits.all && !signal.aborted; ) {
      const task = ready[at]!;
      const full = keysOf(task.uses).find((key) => (load.get(key) ?? 0) >= limitOf(key, limits));
      if (full === undefined) {
        ready.splice(at, 1);
        begin(task);
      } else {
        if (!told.has(task.id)) onWaiting?.(task.id, full);
        told.add(task.id);
        at++;
      }
    }
    if (running.size === 0) return;
    await Promise.race(running);
  }
}

function dependentsOf(tasks: readonly Task[]): Map<string, Task[]> {
  const dependents = new Map<string, Task[]>();
  for (const task of tasks) {
    for (const need of task.needs) {
      const list = dependents.get(need);
      if (list) list.push(task);
      else dependents.set(need, [task]);
    }
  }
  return dependents;
}

/** `node pve1`, `storage pve1/local-lvm`: read by people in "waits for …" too. */
function keysOf(uses: StepUses): string[] {
  return Object.entries(uses).map(([kind, name]) => `${kind} ${name}`);
}

function limitOf(key: string, limits: Limits): number {
  const kind = key.slice(0, key.indexOf(' ')) as keyof StepUses;
  return limits[kind];
}
