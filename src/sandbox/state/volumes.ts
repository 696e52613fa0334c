import { join } from 'node:path';
import { listNames, readJson, remove, writeJson } from './files.ts';
import type { Section } from './section-config.ts';
import { isShared } from './storages.ts';

/** A guest's disk: nothing but these words, since nobody boots from it. Sizes in bytes, ctime in seconds. */
export interface Volume {
  /** With the storage, as `local:100/vm-100-disk-0.qcow2`; without a base in front. */
  readonly volid: string;
  readonly vmid: number;
  readonly format: string;
  readonly size: number;
  readonly used: number;
  /** The volume it is a linked clone of. */
  readonly parent?: string;
  readonly ctime: number;
}

interface Scope {
  readonly byGuest: Map<number, Volume[]>;
  used: number;
}

/** The disks of all storages: one small file per storage and guest. */
export class Volumes {
  readonly #stateDir: string;
  readonly #scopes = new Map<string, Scope>();

  constructor(stateDir: string) {
    this.#stateDir = stateDir;
  }

  of(storage: Section, node: string, vmid: number): readonly Volume[] {
    return this.#scope(storage, node).byGuest.get(vmid) ?? [];
  }

  all(storage: Section, node: string): Volume[] {
    return [...this.#scope(storage, node).byGuest.values()].flat();
  }

  find(storage: Section, node: string, volid: string): Volume | undefined {
    const vmid = vmidOf(volid);
    const wanted = ownName(volid);
    return vmid === undefined
      ? undefined
      : this.of(storage, node, vmid).find((volume) => volume.volid === wanted);
  }

  add(storage: Section, node: string, volume: Volume): void {
    const before = this.of(storage, node, volume.vmid).filter((other) => other.volid !== volume.volid);
    this.#save(storage, node, { vmid: volume.vmid, volumes: [...before, volume] });
  }

  delete(storage: Section, node: string, volid: string): void {
    const vmid = vmidOf(volid);
    if (vmid === undefined) return;
    const wanted = ownName(volid);
    const left = this.of(storage, node, vmid).filter((volume) => volume.volid !== wanted);
    this.#save(storage, node, { vmid, volumes: left });
  }

  /** Bytes that disks take on the storage. */
  used(storage: Section, node: string): number {
    return this.#scope(storage, node).used;
  }

  #save(storage: Section, node: string, change: { vmid: number; volumes: Volume[] }): void {
    const scope = this.#scope(storage, node);
    const sum = (volumes: readonly Volume[]) => volumes.reduce((total, volume) => total + volume.used, 0);
    scope.used += sum(change.volumes) - sum(scope.byGuest.get(change.vmid) ?? []);
    const path = join(this.#folder(storage, node), `${change.vmid}.json`);
    if (change.volumes.length === 0) {
      scope.byGuest.delete(change.vmid);
      remove(path);
    } else {
      scope.byGuest.set(change.vmid, change.volumes);
      writeJson(path, change.volumes);
    }
  }

  #scope(storage: Section, node: string): Scope {
    const folder = this.#folder(storage, node);
    const known = this.#scopes.get(folder);
    if (known) return known;
    const scope: Scope = { byGuest: new Map(), used: 0 };
    for (const name of listNames(folder)) {
      const volumes = readJson<Volume[]>(join(folder, name)) ?? [];
      scope.byGuest.set(Number.parseInt(name, 10), volumes);
      for (const volume of volumes) scope.used += volume.used;
    }
    this.#scopes.set(folder, scope);
    return scope;
  }

  #folder(storage: Section, node: string): string {
    return isShared(storage)
      ? join(this.#stateDir, 'shared', storage.id, 'volumes')
      : join(this.#stateDir, 'nodes', node, 'volumes', storage.id);
  }
}

/** The guest that a volume belongs to, from its name. */
export function vmidOf(volid: string): number | undefined {
  const match = /(?:vm|base)-(\d+)-[^/]*$/.exec(volid);
  return match ? Number(match[1]) : undefined;
}

/** `local:100/base-100-disk-0.qcow2/420/vm-420-disk-0.qcow2` is stored as `local:420/vm-420-disk-0.qcow2`. */
function ownName(volid: string): string {
  const at = volid.indexOf(':');
  const storage = volid.slice(0, at);
  const parts = volid.slice(at + 1).split('/');
  const name = parts.at(-1) ?? '';
  const folder = parts.at(-2);
  return `${storage}:${folder !== undefined && /^\d+$/.test(folder) ? `${folder}/` : ''}${name}`;
}
