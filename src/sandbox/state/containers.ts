import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Conf, parseConf } from './conf.ts';
import { listNames, readText, remove, writeAtomic } from './files.ts';

/** Containers of the practice cluster: their conf files under etc/pve, and a root of files for the inside of each. */
export class Containers {
  readonly #stateDir: string;
  readonly #nodes: readonly string[];

  constructor(stateDir: string, nodes: readonly string[]) {
    this.#stateDir = stateDir;
    this.#nodes = nodes;
  }

  /** All ids, sorted, or those of one node. */
  ids(node?: string): number[] {
    return this.#nodes
      .filter((name) => node === undefined || name === node)
      .flatMap((name) => listNames(this.#folder(name)))
      .flatMap((name) => Number(/^(\d+)\.conf$/.exec(name)?.[1] ?? 0) || [])
      .sort((one, other) => one - other);
  }

  nodeOf(vmid: number): string | undefined {
    return this.#nodes.find((node) => existsSync(this.#conf(vmid, node)));
  }

  text(vmid: number, node: string): string | undefined {
    return readText(this.#conf(vmid, node));
  }

  read(vmid: number, node: string): Conf | undefined {
    const text = this.text(vmid, node);
    return text === undefined ? undefined : parseConf(text);
  }

  write(vmid: number, node: string, text: string): void {
    writeAtomic(this.#conf(vmid, node), text, 0o640);
  }

  isRunning(vmid: number, node: string): boolean {
    return existsSync(this.#mark(vmid, node));
  }

  setRunning(vmid: number, node: string, runs: boolean): void {
    if (runs) writeAtomic(this.#mark(vmid, node), '');
    else remove(this.#mark(vmid, node));
  }

  delete(vmid: number, node: string): void {
    remove(this.#conf(vmid, node));
    remove(join(this.#stateDir, 'nodes', insideOf(node, vmid)));
    this.setRunning(vmid, node, false);
  }

  /** The container's own file. */
  writeInside(vmid: number, node: string, file: { path: string; text: string }): void {
    writeAtomic(join(this.#stateDir, 'nodes', insideOf(node, vmid), 'rootfs', file.path), file.text);
  }

  #folder(node: string): string {
    return join(this.#stateDir, 'etc', 'pve', 'nodes', node, 'lxc');
  }

  #conf(vmid: number, node: string): string {
    return join(this.#folder(node), `${vmid}.conf`);
  }

  #mark(vmid: number, node: string): string {
    return join(this.#stateDir, 'nodes', node, 'run', `ct-${vmid}`);
  }
}

/** The inside of a container is a machine of its own to commands: this is its name there, and its folder. */
export function insideOf(node: string, vmid: number): string {
  return `${node}/containers/${vmid}`;
}

/** The node that a machine is, or that its container is on. */
export function nodeOfMachine(machine: string): string {
  return machine.split('/')[0] ?? machine;
}

export function isContainer(machine: string): boolean {
  return machine.includes('/');
}
