import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Generation } from './generation.ts';
import { filesOf } from './generation-files.ts';
import type { Network } from './networks.ts';
import { type Folders, namesOf, placeOf, type Slot } from './place.ts';
import { findKeas, holdsPacketSocket, isAlive, type ProcessId } from './processes.ts';
import { readOrNothing } from './tree.ts';

/** What an earlier agent left in the run folder: one mark per network, and the Keas that still run. */
export interface Leftover {
  network: Pick<Network, 'bridge' | 'vlan'>;
  /** The one that serves, the newest of them; undefined: none does. */
  serving: Generation | undefined;
  /** All others, which an agent that was killed in the middle of a swap could not end. */
  others: Generation[];
}

const MARK = /^proxwright-([0-9a-f]+)\.net$/;

/** A network's mark stands before anything of it is made and goes after all of it is gone. */
export function writeMark(
  folders: Folders,
  { id, network }: { id: string; network: Leftover['network'] },
): void {
  const { bridge, vlan } = network;
  mkdirSync(folders.run, { recursive: true });
  writeFileSync(markOf(folders, id), JSON.stringify({ bridge, vlan }), { mode: 0o640 });
}

/** Removes everything of a network from the run and lease folders, its mark last. */
export function removeFiles(folders: Folders, id: string): void {
  for (const folder of [folders.run, folders.leases]) {
    for (const file of readdirSync(folder)) {
      if (file.startsWith(`proxwright-${id}.`) && !MARK.test(file))
        rmSync(join(folder, file), { force: true });
    }
  }
  rmSync(markOf(folders, id), { force: true });
}

export function readLeftovers(folders: Folders, node: string): Leftover[] {
  const marks = readdirSync(folders.run).filter((file) => MARK.test(file));
  const running = marks.length > 0 ? findKeas((conf) => conf.startsWith(`${folders.run}/proxwright-`)) : [];
  return marks.flatMap((file) => {
    const network = readMark(join(folders.run, file));
    if (!network) return [];
    const names = namesOf(network, { run: folders.run, node });
    if (names.id !== MARK.exec(file)?.[1]) return [];
    const generations = (['a', 'b'] as const).flatMap((slot) => {
      const { conf } = filesOf(names.id, { slot, folders });
      return running
        .filter((process) => process.conf === conf)
        .map(({ pid, startTime }) => generation({ names, slot, folders }, { pid, startTime }));
    });
    generations.sort((a, b) => b.process.startTime - a.process.startTime);
    const serving = generations.find(({ process }) => isAlive(process) && holdsPacketSocket(process.pid));
    return [{ network, serving, others: generations.filter((other) => other !== serving) }];
  });
}

/** A network that an agent left under another name: the node's is part of it, and may have changed. */
export interface Stranger {
  id: string;
  network: Leftover['network'];
  keas: ProcessId[];
}

export function readStrangers(folders: Folders, node: string): Stranger[] {
  return readdirSync(folders.run).flatMap((file) => {
    const id = MARK.exec(file)?.[1];
    const network = id && readMark(join(folders.run, file));
    if (!network || namesOf(network, { run: folders.run, node }).id === id) return [];
    return [{ id, network, keas: findKeas((conf) => conf.startsWith(`${folders.run}/proxwright-${id}.`)) }];
  });
}

function generation(
  { names, slot, folders }: { names: ReturnType<typeof namesOf>; slot: Slot; folders: Folders },
  process: Generation['process'],
): Generation {
  const text = readOrNothing(filesOf(names.id, { slot, folders }).conf);
  const { signature, persist } = readConf(text);
  return {
    slot,
    signature,
    process,
    carried: 0,
    ended: undefined,
    place: placeOf(names, slot, { folders, persist }),
  };
}

interface Conf {
  Dhcp4: { 'user-context': { proxwright: { signature: string } }; 'lease-database': { persist: boolean } };
}

/** A file of another version, or one torn by a crash, has a signature that no network has: it is replaced. */
function readConf(text: string): { signature: string; persist: boolean } {
  try {
    const { Dhcp4 } = JSON.parse(text) as Conf;
    return {
      signature: Dhcp4['user-context'].proxwright.signature,
      persist: Dhcp4['lease-database'].persist,
    };
  } catch {
    return { signature: '', persist: true };
  }
}

function readMark(path: string): Leftover['network'] | undefined {
  try {
    const { bridge, vlan } = JSON.parse(readFileSync(path, 'utf8')) as Leftover['network'];
    return typeof bridge === 'string' ? { bridge, vlan } : undefined;
  } catch {
    return undefined;
  }
}

function markOf(folders: Folders, id: string): string {
  return join(folders.run, `proxwright-${id}.net`);
}
