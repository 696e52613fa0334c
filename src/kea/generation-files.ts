import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  mkdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { type Lease, leaseHeader, newest, type Owner, parseLeases } from './leases.ts';
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

/** What a lease file holds. */
export interface LeaseFile {
  leases: Map<string, Lease>;
  /** Its columns; undefined: no Kea has written it. */
  header: string | undefined;
  /** Length of the part that Kea goes on writing to. */
  bytes: number;
}

/**
 * A lease file with those that Kea sets aside while it converts or compacts one, in the order in which it reads them
 * itself (Kea Administrator Reference Manual, "Why Is Lease File Cleanup Necessary").
 */
export function readLeaseFile(path: string): LeaseFile {
  const compacted = readOrNothing(`${path}.completed`);
  const aside = compacted ? [compacted] : ['2', '1'].map((end) => readOrNothing(`${path}.${end}`));
  const current = readOrNothing(path);
  const text = [...aside, current].join('\n');
  return { leases: parseLeases(text), header: leaseHeader(text), bytes: current.length };
}

/** The leases of one slot, or of both. */
export function readLeases(
  id: string,
  { slot, folders }: { slot: Slot | undefined; folders: Folders },
): LeaseFile {
  const read = (one: Slot): LeaseFile => readLeaseFile(`${folders.leases}/${fileStem(id, one)}.csv`);
  if (slot !== undefined) return read(slot);
  const [a, b] = [read('a'), read('b')];
  const header = leaseHeader(`${a.header}\n${b.header}`);
  return { leases: newest(a.leases, b.leases), header, bytes: 0 };
}

/**
 * Leaves a new generation exactly this as its leases, nothing of the one that had the slot before. Without a text
 * Kea makes the file, with the columns of its version.
 */
export function replaceLeases(path: string, text: string | undefined, owner: FileOwner): void {
  for (const end of ['.completed', '.2', '.1', ...(text === undefined ? [''] : [])]) {
    rmSync(`${path}${end}`, { force: true });
  }
  if (text !== undefined) replaceFile(path, text, owner);
}

/** Makes the folders that Kea and the agent share. `owner`: who Kea runs as. */
export function makeFolders(folders: Folders, owner: FileOwner): void {
  for (const folder of [folders.run, folders.leases]) {
    const made = mkdirSync(folder, { recursive: true, mode: 0o750 });
    // Root's own is of no use to a Kea that has left root; anybody else's stays as it is.
    if (made === undefined && !(owner && statSync(folder).uid === 0)) continue;
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

/** A lease file on a full or read-only disk would keep Kea from answering; without one it only forgets. */
export function hasRoom(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize > 256 * 1024;
  } catch {
    return false;
  }
}
