import type { Generation } from './generation.ts';
import { makeFolders } from './generation-files.ts';
import { drain, type KeaProgram, stopKea } from './kea-process.ts';
import { readLeftovers, readStrangers, removeFiles, writeMark } from './leftovers.ts';
import { type Network, networkKey } from './networks.ts';
import { gateOf } from './pace.ts';
import { linksOf, namesOf } from './place.ts';
import { Segment } from './segment.ts';
import { signatureOf } from './signature.ts';
import { removeWire, wireOf } from './wire.ts';

/** All networks that this agent serves. */
export interface Segments {
  all(): Segment[];
  /** From now on exactly these are to be served. Waits until they are, or until they have to wait. */
  serve(networks: readonly Network[]): Promise<void>;
  /** Lets go of all; with `takeDown` every Kea, namespace and file is gone afterwards. */
  close(options: { takeDown: boolean }): Promise<void>;
}

/** How many Keas may start at once: each needs a core for its start. */
const STARTS_AT_ONCE = 3;

export function segmentsOf(kea: KeaProgram, { node, changed }: { node: string; changed(): void }): Segments {
  const { folders, commands } = kea;
  const byKey = new Map<string, { segment: Segment; signature: string }>();
  const gate = gateOf(STARTS_AT_ONCE);
  /** Networks that are being taken down: the same one may be wanted again before that is done. */
  const leaving = new Map<string, Promise<void>>();
  let inherited: Promise<void> | undefined;
  /** The newest wish comes last. */
  let last: Promise<void> = Promise.resolve();

  function add(network: Network): Segment {
    const names = namesOf(network, { run: folders.run, node });
    writeMark(folders, { id: names.id, network });
    const segment = new Segment(network, {
      names,
      wire: wireOf(network, { names, commands }),
      kea,
      gate,
      changed,
    });
    byKey.set(networkKey(network), { segment, signature: '' });
    return segment;
  }

  /** Takes over what an earlier agent left: its Keas serve on, whoever it was that ended it. */
  async function inherit(): Promise<void> {
    makeFolders(folders, kea.owner);
    for (const { network, serving, others } of readLeftovers(folders, node)) {
      const segment = add({ ...network, reservations: [] });
      if (serving) segment.adopt(serving);
      await Promise.all(others.map((other) => stopLeftover(other, serving)));
    }
    for (const { id, network, keas } of readStrangers(folders, node)) {
      await Promise.all(keas.map((process) => stopKea({ process }, kea)));
      await removeWire(network, { names: linksOf(id), commands });
      removeFiles(folders, id);
    }
  }

  /** The one before the one that serves may still have to read what came in between. */
  async function stopLeftover(other: Generation, serving: Generation | undefined): Promise<void> {
    if (serving) await drain(other);
    await stopKea(other, kea);
  }

  async function drop(key: string, segment: Segment): Promise<void> {
    byKey.delete(key);
    await segment.close({ takeDown: true });
    removeFiles(folders, namesOf(segment.network, { run: folders.run, node }).id);
  }

  /** Gives each network to its segment; the work that follows from it is not waited for. */
  async function assign(networks: readonly Network[]): Promise<Promise<void>[]> {
    inherited ??= inherit();
    await inherited;
    const work: Promise<void>[] = [];
    const wanted = new Set(networks.map(networkKey));
    for (const [key, { segment }] of byKey) {
      if (wanted.has(key)) continue;
      const done = drop(key, segment).finally(() => leaving.delete(key));
      leaving.set(key, done);
      work.push(done);
    }
    for (const network of networks) {
      const key = networkKey(network);
      const signature = signatureOf(network);
      await leaving.get(key);
      const known = byKey.get(key);
      if (known?.signature === signature) continue;
      const segment = known?.segment ?? add(network);
      byKey.set(key, { segment, signature });
      work.push(segment.serve(network));
    }
    return work;
  }

  return {
    all: () => [...byKey.values()].map(({ segment }) => segment),
    async serve(networks) {
      const assigned = last.then(() => assign(networks));
      last = assigned.then(
        () => undefined,
        () => undefined,
      );
      await Promise.all(await assigned);
    },
    async close(options) {
      await last;
      if (options.takeDown) {
        inherited ??= inherit();
        await inherited;
        await Promise.all([...byKey].map(([key, { segment }]) => drop(key, segment)));
      } else await Promise.all([...byKey.values()].map(({ segment }) => segment.close(options)));
    },
  };
}
