import { statSync } from 'node:fs';
import { RunError } from '../errors.ts';
import { askKea } from './control-socket.ts';
import { filesOf, hasRoom, ownersOf, readLeases, replaceFile, replaceLeases } from './generation-files.ts';
import {
  answers,
  type KeaProcess,
  type KeaProgram,
  lastWords,
  START_TIMEOUT_MS,
  spawnKea,
  stopKea,
} from './kea-process.ts';
import { carryOver } from './leases.ts';
import type { Network } from './networks.ts';
import { type NetworkNames, placeOf, type Slot } from './place.ts';
import { holdsPacketSocket, isAlive } from './processes.ts';
import { type Place, renderDhcp4, renderStandby } from './render.ts';

/** One running Kea that serves a network. */
export interface Generation extends KeaProcess {
  slot: Slot;
  /** Of the network that it serves. */
  signature: string;
  place: Place;
  /** Bytes of the previous generation's lease file that were carried over. */
  carried: number;
}

/** A Kea that runs, but serves nothing yet: two thirds of the time to start one go into loading its libraries. */
export interface Standby extends KeaProcess {
  slot: Slot;
}

/**
 * Has a Kea serve a network, and waits until it listens: the standby of that slot, else a new one. Leases of `from`
 * (or of both slots' files) are carried over. Throws RunError with Kea's own words if it refuses; what ran before is
 * not touched.
 */
export async function startGeneration(
  { network, names, signature }: { network: Network; names: NetworkNames; signature: string },
  options: { slot: Slot; from: Generation | undefined; standby: Standby | undefined; kea: KeaProgram },
): Promise<Generation> {
  const { slot, from, standby, kea } = options;
  const { folders } = kea;
  const files = filesOf(names.id, { slot, folders });
  const persist = hasRoom(folders.leases);
  const place = placeOf(names, slot, { folders, persist });
  let carried = 0;
  if (persist) {
    const old = readLeases(names.id, { slot: from?.slot, folders });
    carried = old.bytes;
    const { header } = old;
    const kept = header && carryOver(old.leases.values(), ownersOf(network), { now: kea.now(), header });
    replaceLeases(place.leaseFile, kept, kea.owner);
  }
  const { Dhcp4 } = renderDhcp4(network, place);
  const context = { proxwright: { bridge: network.bridge, vlan: network.vlan, signature } };
  replaceFile(files.conf, JSON.stringify({ Dhcp4: { ...Dhcp4, 'user-context': context } }), kea.owner);
  const ready =
    standby?.slot === slot && isAlive(standby.process) && (await answers(files.socket, PATIENCE_MS));
  const started = ready
    ? await promote(standby, { socket: files.socket, kea })
    : await spawnKea(names.namespace, { files, kea });
  if (!holdsPacketSocket(started.process.pid)) {
    await stopKea(started, kea);
    throw new RunError('Kea runs, but does not listen', { why: lastWords(files.log) });
  }
  return { ...started, slot, signature, place, carried };
}

/** A standby has nothing to do, so one that is silent hangs, and another is started in its place. */
const PATIENCE_MS = 1_000;
/** It starts with nothing to read, in 50 ms; and whoever comes with a change meanwhile waits for it. */
const STANDBY_TIMEOUT_MS = 5_000;

/** Starts a Kea for later in a slot that is free. */
export async function startStandby(
  names: NetworkNames,
  { slot, kea }: { slot: Slot; kea: KeaProgram },
): Promise<Standby> {
  const { folders } = kea;
  const files = filesOf(names.id, { slot, folders });
  replaceFile(files.conf, JSON.stringify(renderStandby(placeOf(names, slot, { folders }))), kea.owner);
  return { ...(await spawnKea(names.namespace, { files, kea, timeout: STANDBY_TIMEOUT_MS })), slot };
}

/** Reading its file again costs a serving Kea packets, and a failure its sockets. A standby has neither. */
async function promote(
  standby: Standby,
  { socket, kea }: { socket: string; kea: KeaProgram },
): Promise<KeaProcess> {
  try {
    await askKea(socket, { command: 'config-reload' }, { timeout: START_TIMEOUT_MS });
    return standby;
  } catch (cause) {
    await stopKea(standby, kea);
    throw cause;
  }
}

/** How far a generation's lease file has grown. */
export function leaseBytes({ place }: Generation): number {
  try {
    return statSync(place.leaseFile).size;
  } catch {
    return 0;
  }
}
