import { join } from 'node:path';
import { fail } from '../refusal.ts';
import { type Conf, formatConf, parseConf } from './conf.ts';
import { listNames, readText, remove, writeAtomic } from './files.ts';
import { sha1 } from './section-config.ts';

interface Entry {
  node: string;
  /** Read on first need, so that a start with 1,000 guests stays quick. */
  conf?: Conf;
  text?: string;
}

/** The guests of the cluster: their real conf files under etc/pve, and which node has which id. */
export class Guests {
  readonly #folder: string;
  readonly #entries = new Map<number, Entry>();

  /** `folder` is the state folder's etc/pve. */
  constructor(folder: string, nodes: readonly string[]) {
    this.#folder = folder;
    for (const node of nodes) {
      for (const name of listNames(join(folder, 'nodes', node, 'qemu-server'))) {
        const vmid = /^(\d+)\.conf$/.exec(name)?.[1];
        if (vmid !== undefined) this.#entries.set(Number(vmid), { node });
      }
    }
  }

  nodeOf(vmid: number): string | undefined {
    return this.#entries.get(vmid)?.node;
  }

  has(vmid: number, node: string): boolean {
    return this.nodeOf(vmid) === node;
  }

  /** All ids, sorted, or those of one node. */
  ids(node?: string): number[] {
    const ids = [...this.#entries].filter(([, entry]) => node === undefined || entry.node === node);
    return ids.map(([vmid]) => vmid).sort((one, other) => one - other);
  }

  /** Throws the real API's 500 when the node has no such guest. */
  read(vmid: number, node: string): Conf {
    return this.#entry(vmid, node).conf;
  }

  digest(vmid: number, node: string): string {
    return sha1(this.#entry(vmid, node).text);
  }

  write(vmid: number, node: string, conf: Conf): void {
    const text = formatConf(conf);
    writeAtomic(this.path(vmid, node), text, 0o640);
    this.#entries.set(vmid, { node, conf, text });
  }

  delete(vmid: number): void {
    const node = this.nodeOf(vmid);
    if (node === undefined) return;
    remove(this.path(vmid, node));
    this.#entries.delete(vmid);
  }

  move(vmid: number, from: string, to: string): void {
    const conf = this.read(vmid, from);
    this.write(vmid, to, conf);
    remove(this.path(vmid, from));
  }

  /** Looks at one conf file again, after somebody wrote or removed it on the host. */
  reread(vmid: number, node: string): void {
    const text = readText(this.path(vmid, node));
    if (text !== undefined) this.#entries.set(vmid, { node, text, conf: parseConf(text) });
    else if (this.nodeOf(vmid) === node) this.#entries.delete(vmid);
  }

  path(vmid: number, node: string): string {
    return join(this.#folder, 'nodes', node, 'qemu-server', `${vmid}.conf`);
  }

  #entry(vmid: number, node: string): { conf: Conf; text: string } {
    const entry = this.#entries.get(vmid);
    const missing = `Configuration file 'nodes/${node}/qemu-server/${vmid}.conf' does not exist`;
    if (entry?.node !== node) throw fail(missing);
    if (entry.text === undefined || entry.conf === undefined) {
      const text = readText(this.path(vmid, node));
      if (text === undefined) throw fail(missing);
      entry.text = text;
      entry.conf = parseConf(text);
    }
    return { conf: entry.conf, text: entry.text };
  }
}
