import { chmodSync, chownSync, mkdirSync, renameSync, statfsSync, writeFileSync } from 'node:fs';
import { type Lease, newest, type Owner, parseLeases } from './leases.ts';
import type { Network } from './networks.ts';
import { type Folders, fileStem, type Slot } from './place.ts';
import { subnetsOf } from './subnets.ts';
import { readOrNothing } from './tree.ts';

/** The files of one slot of a network. */
export interface GenerationFiles {
  conf: string;
  log: string;
  socket: string;
  /** Kea's own note of its process, named after the configuration. */
  pid: string;
}

type FileOwner = { uid: number; gid: number } | undefined;

export function filesOf(id: string, { slot, folders }: { slot: Slot; folders: Folders }): GenerationFiles {
  const stem = `${folders.run}/${fileStem(id, slot)}`;
  return { conf: `${stem}.json`, log: `${stem}.log`, socket: `${stem}.sock`, pid: `${stem}.kea-dhcp4.pid` };
}

/** Address → who has it, and in which subnet. */
export function ownersOf(network: Network): Map<string, Owner> {
  const owners = new Map<string, Owner>();
  for (const { id, reservations } of subnetsOf(network.reservations)) {
    for (const { address, mac } of reservations) owners.set(address, { mac, subnetId: id });
  }
  return owners;
}

/** The leases of one slot, or of both, and how many bytes were read. */
export function readLeases(
  id: string,
  { slot, folders }: { slot: Slot | undefined; folders: Folders },
): { leases: Map<string, Lease>; bytes: number } {
  const read = (one: Slot): string => readOrNothing(`${folders.leases}/${fileStem(id, one)}.csv`);
  if (slot === undefined) return { leases: newest(parseLeases(read('a')), parseLeases(read('b'))), bytes: 0 };
  const text = read(slot);
  return { leases: parseLeases(text), bytes: text.length };
}

/** Makes the folders that Kea and the agent share. `owner`: who Kea runs as. */
export function makeFolders(folders: Folders, owner: FileOwner): void {
  for (const folder of [folders.run, folders.leases]) {
    const made = mkdirSync(folder, { recursive: true, mode: 0o750 });
    if (made === undefined) continue;
    // Kea ≥ 2.6.3 insists on this mode for the folder of its control sockets.
    chmodSync(folder, 0o750);
    if (owner) chownSync(folder, owner.uid, owner.gid);
  }
}

/** Writes a file for Kea, whole or not at all. Throws node's own errors, such as ENOSPC. */
export function replaceFile(path: string, text: string, owner: FileOwner): void {
  writeFileSync(`${path}.new`, text, { mode: 0o640 });
  if (owner) chownSync(`${path}.new`, owner.uid, owner.gid);
  renameSync(`${path}.new`, path);
}

/** A lease file on a full disk would keep Kea from answering; without one it only forgets. */
export function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize > 256 * 1024;
  } catch {
    return false;
  }
}
