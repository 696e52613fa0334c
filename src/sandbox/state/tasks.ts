import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pace } from '../clock.ts';
import { fail, Refusal } from '../refusal.ts';
import { formatUpid, parseUpid, type Upid } from '../upid.ts';
import { listNames, readJson, readText, remove, writeAtomic, writeJson } from './files.ts';

/** A task as the API shows it; `status` is undefined while it runs. */
export interface Task {
  readonly upid: string;
  readonly parts: Upid;
  readonly log: string[];
  status: string | undefined;
  endtime: number | undefined;
}

/** What a task does. What it throws is its failure; warnings turn `OK` into `WARNINGS: n`. */
export type Work = (task: { log(line: string): void }) => Promise<void>;

export interface TaskOrder {
  readonly node: string;
  readonly type: string;
  readonly id: string;
  readonly user: string;
  /** A guest that is nothing half if the task does not come to its end. */
  readonly creates?: number;
  /** An injected fault: the task fails with this text instead of its work. */
  readonly sabotage?: string;
  /** Takes back what was made before the work began, when that is not done at all. */
  readonly abandon?: () => void;
  readonly work: Work;
}

const TICKS_PER_SECOND = 100;

/**
 * The tasks of all nodes. Ended ones are kept as the real node keeps them: a log per task and an index of lines
 * under var/log/pve/tasks. One under way has a small file beside, so that the next start knows it was cut off.
 */
export class Tasks {
  readonly #stateDir: string;
  readonly #pace: Pace;
  readonly #boot: number;
  readonly #tasks = new Map<string, Task>();
  readonly #loaded = new Set<string>();
  #pid = 4000 + Math.floor(Math.random() * 4000);

  constructor(stateDir: string, pace: Pace) {
    this.#stateDir = stateDir;
    this.#pace = pace;
    this.#boot = pace.clock.now() - 3_600_000;
  }

  /** Starts a task and returns its UPID at once. */
  start(order: TaskOrder): string {
    this.#pid += 1 + Math.floor(Math.random() * 8);
    const parts: Upid = {
      node: order.node,
      pid: this.#pid,
      pstart: Math.floor(((this.#pace.clock.now() - this.#boot) / 1000) * TICKS_PER_SECOND),
      starttime: this.#pace.seconds(),
      type: order.type,
      id: order.id,
      user: order.user,
    };
    const upid = formatUpid(parts);
    const task: Task = { upid, parts, log: [], status: undefined, endtime: undefined };
    this.#tasks.set(upid, task);
    writeJson(
      this.#activePath(order.node, upid),
      order.creates === undefined ? {} : { creates: order.creates },
    );
    void this.#run(task, order);
    return upid;
  }

  /** A task by its UPID, or undefined; reads what an earlier run of the sandbox left. */
  get(upid: string): Task | undefined {
    const parts = parseUpid(upid);
    if (!parts) return undefined;
    if (!this.#tasks.has(upid)) this.#loadIndex(parts.node);
    const task = this.#tasks.get(upid);
    if (task && task.status !== undefined && task.log.length === 0) {
      task.log.push(...(readText(this.#logPath(task))?.trimEnd().split('\n') ?? []));
    }
    return task;
  }

  /** All tasks of a node that are known, newest first. */
  list(node: string): Task[] {
    this.#loadIndex(node);
    const tasks = [...this.#tasks.values()].filter((task) => task.parts.node === node);
    return tasks.reverse().sort((one, other) => other.parts.starttime - one.parts.starttime);
  }

  /**
   * Ends what a killed sandbox left under way. `takeBack` gets each guest that must not stay half made, before
   * its task's end is written, so that a kill during this very recovery loses nothing.
   */
  recover(nodes: readonly string[], takeBack: (vmid: number) => void): void {
    for (const node of nodes) {
      for (const name of listNames(this.#folder(node, 'active'))) {
        const record = readJson<{ creates?: number }>(join(this.#folder(node, 'active'), name));
        if (record?.creates !== undefined) takeBack(record.creates);
        const parts = parseUpid(name);
        if (!parts) continue;
        this.#loadIndex(node);
        const task: Task = { upid: name, parts, log: [], status: undefined, endtime: undefined };
        this.#tasks.set(name, task);
        this.#end(task, 'interrupted by signal');
      }
    }
  }

  /** Writes down a task that is over already, for the seed's own history. */
  record(parts: Upid, log: readonly string[]): void {
    const task: Task = {
      upid: formatUpid(parts),
      parts,
      log: [...log],
      status: undefined,
      endtime: undefined,
    };
    this.#tasks.set(task.upid, task);
    this.#end(task, 'OK');
  }

  async #run(task: Task, order: TaskOrder): Promise<void> {
    let status = 'OK';
    try {
      if (order.sabotage !== undefined) {
        order.abandon?.();
        throw fail(order.sabotage);
      }
      await order.work({ log: (line) => task.log.push(line) });
      const warnings = task.log.filter((line) => line.startsWith('WARN: ')).length;
      if (warnings > 0) status = `WARNINGS: ${warnings}`;
    } catch (error) {
      // A closing sandbox is a killed one: the next start ends the task.
      if (this.#pace.closed) return;
      status = error instanceof Refusal || error instanceof Error ? error.message.trimEnd() : String(error);
    }
    if (!this.#pace.closed) this.#end(task, status);
  }

  #end(task: Task, status: string): void {
    const good = status === 'OK' || status.startsWith('WARNINGS: ');
    task.log.push(good ? `TASK ${status}` : `TASK ERROR: ${status}`);
    task.endtime = this.#pace.seconds();
    task.status = status;
    const { node } = task.parts;
    writeAtomic(this.#logPath(task), `${task.log.join('\n')}\n`, 0o640);
    const line = `${task.upid} ${task.endtime.toString(16).toUpperCase()} ${status.replaceAll('\n', ' ')}\n`;
    appendFileSync(this.#folder(node, 'index'), line);
    remove(this.#activePath(node, task.upid));
  }

  #loadIndex(node: string): void {
    if (this.#loaded.has(node)) return;
    this.#loaded.add(node);
    const now = [...this.#tasks];
    this.#tasks.clear();
    for (const line of (readText(this.#folder(node, 'index')) ?? '').split('\n')) {
      const match = /^(UPID:\S+) ([0-9A-F]+) (.*)$/.exec(line);
      const parts = match ? parseUpid(match[1] ?? '') : undefined;
      if (!match || !parts) continue;
      const task: Task = {
        upid: match[1] ?? '',
        parts,
        log: [],
        status: match[3],
        endtime: Number.parseInt(match[2] ?? '', 16),
      };
      this.#tasks.set(task.upid, task);
    }
    for (const [upid, task] of now) this.#tasks.set(upid, task);
  }

  #folder(node: string, name: string): string {
    return join(this.#stateDir, 'nodes', node, 'rootfs', 'var', 'log', 'pve', 'tasks', name);
  }

  /** The real node spreads the logs over sixteen folders by the last digit of the start time. */
  #logPath(task: Task): string {
    return join(
      this.#folder(task.parts.node, task.parts.starttime.toString(16).slice(-1).toUpperCase()),
      task.upid,
    );
  }

  #activePath(node: string, upid: string): string {
    return join(this.#folder(node, 'active'), upid);
  }
}
