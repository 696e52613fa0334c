import { join } from 'node:path';
import { listNames, readJson, remove, writeJson } from './files.ts';

/** What a node knows of a guest that runs. Times in milliseconds since 1970. */
export interface Run {
  readonly pid: number;
  readonly since: number;
  /** When its guest agent answers; absent when the guest has none. */
  readonly agentAt?: number;
  /** The configuration it was started with, in MiB. */
  readonly memory: number;
}

/** Which guests run: one small file each, so that a restart of the sandbox finds them running. */
export class Running {
  readonly #folder: string;
  readonly #runs = new Map<number, { node: string; run: Run }>();

  constructor(stateDir: string, nodes: readonly string[]) {
    this.#folder = stateDir;
    for (const node of nodes) {
      for (const name of listNames(join(stateDir, 'nodes', node, 'run'))) {
        const vmid = /^(\d+)\.json$/.exec(name)?.[1];
        const run =
          vmid === undefined ? undefined : readJson<Run>(join(stateDir, 'nodes', node, 'run', name));
        if (run) this.#runs.set(Number(vmid), { node, run });
      }
    }
  }

  get(vmid: number): Run | undefined {
    return this.#runs.get(vmid)?.run;
  }

  start(vmid: number, node: string, run: Run): void {
    writeJson(this.#path(vmid, node), run);
    this.#runs.set(vmid, { node, run });
  }

  stop(vmid: number): void {
    const entry = this.#runs.get(vmid);
    if (!entry) return;
    remove(this.#path(vmid, entry.node));
    this.#runs.delete(vmid);
  }

  /** Bytes that the running guests of a node hold. */
  memoryOn(node: string): number {
    let total = 0;
    for (const entry of this.#runs.values()) if (entry.node === node) total += entry.run.memory * 1024 * 1024;
    return total;
  }

  #path(vmid: number, node: string): string {
    return join(this.#folder, 'nodes', node, 'run', `${vmid}.json`);
  }
}
