import { chmodSync, chownSync, mkdirSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { RunError } from '../errors.ts';
import type { Commands } from './commands.ts';
import { carryOver, type Lease, newest, type Owner, parseLeases } from './leases.ts';
import type { Network } from './networks.ts';
import { type Folders, fileStem, type NetworkNames, placeOf, type Slot } from './place.ts';
import { holdsPacketSocket, isAlive, type ProcessId, processId } from './processes.ts';
import { type Place, renderDhcp4 } from './render.ts';
import { subnetsOf } from './subnets.ts';
import { readOrNothing } from './tree.ts';

/** One running Kea. */
export interface Generation {
  slot: Slot;
  /** Of the network that it serves. */
  signature: string;
  place: Place;
  process: ProcessId;
  /** Bytes of the previous generation's lease file that were carried over. */
  carried: number;
  /** Settles when the process is gone; undefined: another agent started it, so it has to be looked at. */
  ended: Promise<void> | undefined;
}

/** How Kea is started on this machine. */
export interface KeaProgram {
  folders: Folders;
  commands: Commands;
  /** Command words in front of Kea's own, such as those that leave root or choose an AppArmor profile. */
  wrap: readonly string[];
  /** `/usr/sbin/kea-dhcp4` */
  program: string;
  /** Who Kea runs as; undefined: root. */
  owner: { uid: number; gid: number } | undefined;
  /** Seconds. */
  now(): number;
}

/** 10,000 reservations start in 0.9 s on two slow cores; a machine that boots can be ten times as slow. */
const START_TIMEOUT_MS = 20_000;

/**
 * Starts one Kea and waits until it listens. Leases of `from` (or of both slots' files) are carried over. Throws
 * RunError with Kea's own words if it refuses; what ran before is not touched.
 */
export async function startGeneration(
  { network, names, signature }: { network: Network; names: NetworkNames; signature: string },
  { slot, from, kea }: { slot: Slot; from: Generation | undefined; kea: KeaProgram },
): Promise<Generation> {
  const { folders, commands } = kea;
  const files = filesOf(names.id, { slot, folders });
  const persist = hasRoom(folders.leases);
  const place = placeOf(names, slot, { folders, persist });
  let carried = 0;
  if (persist) {
    const old = leasesBefore(names.id, { from, folders });
    carried = old.bytes;
    replaceFile(
      place.leaseFile,
      carryOver(old.leases.values(), ownersOf(network), { now: kea.now() }),
      kea.owner,
    );
  }
  const { Dhcp4 } = renderDhcp4(network, place);
  const context = { proxwright: { bridge: network.bridge, vlan: network.vlan, signature } };
  replaceFile(files.conf, JSON.stringify({ Dhcp4: { ...Dhcp4, 'user-context': context } }), kea.owner);
  rmSync(files.log, { force: true });
  const enter = ['nsenter', `--net=/run/netns/${names.namespace}`, '--'];
  const { pid, ended } = await commands.startDetached(
    [...enter, ...kea.wrap, kea.program, '-c', files.conf],
    { log: files.log, env: keaVariables(folders) },
  );
  const id = await untilListening(pid, { ended, commands, log: files.log });
  return { slot, signature, place, process: id, carried, ended };
}

/** Ends a generation, at first asking. Its files stay: the next one takes the leases from them. */
export async function stopGeneration(
  { process }: Pick<Generation, 'process'>,
  { commands }: { commands: Commands },
): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!isAlive(process)) return;
    commands.kill(process.pid, signal);
    for (let waited = 0; waited < 2_000 && isAlive(process); waited += 4) await sleep(4);
  }
}

export function filesOf(id: string, { slot, folders }: { slot: Slot; folders: Folders }) {
  const stem = `${folders.run}/${fileStem(id, slot)}`;
  return { conf: `${stem}.json`, log: `${stem}.log`, pid: `${stem}.kea-dhcp4.pid`, socket: `${stem}.sock` };
}

export function ownersOf(network: Network): Map<string, Owner> {
  const owners = new Map<string, Owner>();
  for (const { id, reservations } of subnetsOf(network.reservations)) {
    for (const { address, mac } of reservations) owners.set(address, { mac, subnetId: id });
  }
  return owners;
}

/** Makes the folders that Kea and the agent share. `owner`: who Kea runs as. */
export function makeFolders(folders: Folders, owner: KeaProgram['owner']): void {
  for (const folder of [folders.run, folders.leases]) {
    const made = mkdirSync(folder, { recursive: true, mode: 0o750 });
    if (made === undefined) continue;
    // Kea ≥ 2.6.3 insists on this mode for the folder of its control sockets.
    chmodSync(folder, 0o750);
    if (owner) chownSync(folder, owner.uid, owner.gid);
  }
}

async function untilListening(
  pid: number,
  { ended, commands, log }: { ended: Promise<void>; commands: Commands; log: string },
): Promise<ProcessId> {
  let gone = false;
  void ended.then(() => {
    gone = true;
  });
  const id = processId(pid);
  for (let waited = 0; waited < START_TIMEOUT_MS; waited += 2) {
    if (gone || !id) throw new RunError('Kea refuses to start', { why: lastWords(log) });
    if (holdsPacketSocket(pid)) return id;
    if (
      waited % 100 === 98 &&
      /DHCP4_OPEN_SOCKETS_FAILED|DHCPSRV_OPEN_SOCKET_FAIL|NO_SOCKETS_OPEN/.test(readOrNothing(log))
    )
      break;
    await sleep(2);
  }
  const why = lastWords(log);
  await stopGeneration({ process: id as ProcessId }, { commands });
  throw new RunError('Kea runs, but does not listen', { why });
}

/** The last error in Kea's log without its time stamp; else its last line. */
function lastWords(log: string): string {
  const lines = readOrNothing(log)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const line = lines.findLast((text) => /ERROR|FATAL/.test(text)) ?? lines.at(-1) ?? 'it said nothing';
  return line
    .replace(/^[\d-]+ [\d:.]+ +/, '')
    .replace(/\[kea-dhcp4\.[^\]]*\] /, '')
    .slice(0, 300);
}

function leasesBefore(
  id: string,
  { from, folders }: { from: Generation | undefined; folders: Folders },
): { leases: Map<string, Lease>; bytes: number } {
  const read = (slot: Slot): string => readOrNothing(`${folders.leases}/${fileStem(id, slot)}.csv`);
  if (!from) return { leases: newest(parseLeases(read('a')), parseLeases(read('b'))), bytes: 0 };
  const text = read(from.slot);
  return { leases: parseLeases(text), bytes: text.length };
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

function replaceFile(path: string, text: string, owner: KeaProgram['owner']): void {
  writeFileSync(`${path}.new`, text, { mode: 0o640 });
  if (owner) chownSync(`${path}.new`, owner.uid, owner.gid);
  renameSync(`${path}.new`, path);
}

/** Since Kea 2.6.3 its folders can be named only so; before, it takes any. Own lock files are of no use to one process. */
function keaVariables({ run, leases }: Folders): Record<string, string> {
  return {
    KEA_PIDFILE_DIR: run,
    KEA_LOCKFILE_DIR: 'none',
    KEA_CONTROL_SOCKET_DIR: run,
    KEA_DHCP_DATA_DIR: leases,
  };
}
