import { isDeepStrictEqual } from 'node:util';
import { RunError } from '../errors.ts';
import { isFirewallBridge } from './attachment.ts';
import { type Dhcp6, dhcp6Of } from './dhcp6.ts';
import type { Finding } from './finding.ts';
import { type Generation, leaseBytes, startGeneration } from './generation.ts';
import { hasRoom } from './generation-files.ts';
import { handOverLeases } from './hand-over.ts';
import { drain, type KeaProgram, stopKea } from './kea-process.ts';
import type { Network, Reservation } from './networks.ts';
import { countOffers, nameOf, type OfferHistory, offerHistory } from './offers.ts';
import { delayAfter, type Gate } from './pace.ts';
import type { NetworkNames } from './place.ts';
import { holdsPacketSocket, isAlive } from './processes.ts';
import { reasonOf } from './reason.ts';
import { whatKeaRefuses } from './refusal.ts';
import { signatureOf } from './signature.ts';
import { type StandbyHolder, standbyHolder } from './standby.ts';
import type { Wire } from './wire.ts';

/** A lease file of this size is compacted by a new generation. */
const COMPACT_BYTES = 4 * 1024 * 1024;
/** A bridge that ifreload takes away comes back within seconds; one of a stopped guest does not. */
const BRIDGE_GRACE_MS = 30_000;

export interface SegmentEdges {
  names: NetworkNames;
  wire: Wire;
  kea: KeaProgram;
  /** Keeps a node with many networks from starting all their Keas at once. */
  gate: Gate;
  /** Something that people can see has changed. */
  changed(): void;
}

/** One network of this node: its wire, its Kea, and the way from each generation to the next. */
export class Segment {
  network: Network;
  current: Generation | undefined;
  /** Why nothing is served now, or undefined. */
  waiting: string | undefined;
  problem: string | undefined;
  /** Reservations that Kea does not take, with its reason. */
  refused: { reservation: Reservation; why: string }[] = [];
  swaps = 0;
  restarts = 0;
  since = 0;
  readonly offers: OfferHistory = offerHistory();
  readonly #edges: SegmentEdges;
  #running: Promise<void> | undefined;
  #again = false;
  #closed = false;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #bridgeGoneAt: number | undefined;
  #rotate = false;
  #served: Network | undefined;
  readonly #dhcp6: Dhcp6;
  readonly #standby: StandbyHolder;

  constructor(network: Network, edges: SegmentEdges) {
    this.network = network;
    this.#edges = edges;
    this.#dhcp6 = dhcp6Of(edges.names, edges.kea);
    this.#standby = standbyHolder(edges.names, { kea: edges.kea, gate: edges.gate });
  }

  /** Takes over a Kea that an earlier agent started. */
  adopt(generation: Generation): void {
    this.current = generation;
    this.since = this.#edges.kea.now();
    this.offers.adopt(nameOf(generation));
  }

  /** What the current Kea serves: while a change is on its way, what was served before it. */
  get served(): Network {
    return (this.current && this.#served) ?? this.network;
  }

  get names(): NetworkNames {
    return this.#edges.names;
  }

  /** Guests whose reservation Kea does not take. */
  findings(): Finding[] {
    return this.refused.map(({ reservation: { vmid, nic }, why }) => ({
      vmid,
      nic,
      severity: 'error',
      message: `not served: Kea refuses its reservation: ${why}`,
    }));
  }

  /** From now on this is to be served. */
  serve(network: Network): Promise<void> {
    this.network = network;
    this.#failures = 0;
    this.refused = this.refused.filter(({ reservation }) =>
      network.reservations.some((other) => isDeepStrictEqual(other, reservation)),
    );
    return this.wake();
  }

  /** Looks whether everything is as it should be, and makes it so. Returns when that is done, or has to wait. */
  wake(): Promise<void> {
    clearTimeout(this.#timer);
    this.#again = true;
    this.#running ??= this.#untilQuiet().finally(() => {
      this.#running = undefined;
      // Somebody called in the very moment of the end.
      if (this.#again && !this.#closed) void this.wake();
    });
    return this.#running;
  }

  /** Nobody tells us when a Kea ends that an earlier agent started. */
  lookAfterAdopted(): void {
    if (this.current && !this.current.ended && !isAlive(this.current.process)) void this.wake();
  }

  /** The regular look: a Kea of another agent that died, a lease file that grew, a disk that filled or emptied. */
  async check(): Promise<void> {
    const { current } = this;
    const { kea } = this.#edges;
    if (current) {
      this.#rotate ||=
        current.place.persist !== hasRoom(kea.folders.leases) || leaseBytes(current) > COMPACT_BYTES;
      if (!holdsPacketSocket(current.process.pid) || this.#rotate) this.#again = true;
      await countOffers(this.offers, current, this.#minute());
    }
    await this.wake();
  }

  /** Lets go; with `takeDown` nothing is left of the network. */
  async close({ takeDown }: { takeDown: boolean }): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
    await this.#standby.dismiss();
    if (!takeDown) return;
    await this.#stopAll();
    await this.#edges.wire.remove();
  }

  async #untilQuiet(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false;
      try {
        await this.#step();
      } catch (error) {
        this.problem = reasonOf(error);
        this.#failures += 1;
        this.#later(delayAfter(this.#failures));
      }
      this.#edges.changed();
    }
  }

  async #step(): Promise<void> {
    const { wire } = this.#edges;
    this.waiting = wire.waitsFor();
    if (this.waiting) return this.#withoutBridge();
    this.#bridgeGoneAt = undefined;
    const rebuilt = await wire.build();
    this.waiting = await wire.attach();
    if (this.current && !isAlive(this.current.process)) this.#lost();
    if (this.current && (rebuilt || !holdsPacketSocket(this.current.process.pid))) await this.#stopAll();
    const network = this.#servable();
    if (this.current?.signature !== signatureOf(network) || this.#rotate) await this.#swap(network);
    if (this.current && !this.#closed) this.#standby.prepare(this.current.slot === 'a' ? 'b' : 'a');
    this.problem = undefined;
    await this.#dhcp6.serve(network);
  }

  async #swap(network: Network): Promise<void> {
    const { names, kea, gate } = this.#edges;
    const old = this.current;
    const standby = await this.#standby.take();
    const slot = standby?.slot ?? (old?.slot === 'a' ? 'b' : 'a');
    const job = { network, names, signature: signatureOf(network) };
    let next: Generation;
    try {
      next = await gate(() => startGeneration(job, { slot, from: old, standby, kea }));
    } catch (error) {
      const refused = await whatKeaRefuses(network, { names, slot, kea });
      if (refused.length === 0) throw error;
      this.refused.push(...refused);
      this.#again = true;
      return;
    }
    this.current = next;
    this.#served = network;
    this.since = kea.now();
    this.swaps += 1;
    this.#rotate = false;
    void next.ended?.then(() => {
      if (this.current === next) void this.wake();
    });
    if (old) {
      await drain(old);
      await countOffers(this.offers, old, this.#minute());
      await stopKea(old, kea);
      await handOverLeases(network, { from: old, to: next });
    }
  }

  /** The bridge is gone: so is everybody on it. Kea is kept for a bridge that only is reloaded. */
  async #withoutBridge(): Promise<void> {
    if (!this.current) return;
    const now = Date.now();
    this.#bridgeGoneAt ??= now;
    const left = isFirewallBridge(this.network) ? 0 : this.#bridgeGoneAt + BRIDGE_GRACE_MS - now;
    if (left > 0) return this.#later(left);
    await this.#stopAll();
  }

  async #stopAll(): Promise<void> {
    await this.#standby.dismiss();
    await this.#dhcp6.stop();
    if (this.current) await stopKea(this.current, this.#edges.kea);
    this.current = undefined;
  }

  /** Kea ended by itself. One that lived for a minute comes back at once, one that keeps dying more and more slowly. */
  #lost(): void {
    const lived = this.#edges.kea.now() - this.since;
    this.current = undefined;
    this.restarts += 1;
    this.#failures = lived > 60 ? 0 : this.#failures + 1;
    if (this.#failures > 1) throw new RunError(`Kea ended after ${Math.round(lived)} s`);
  }

  #later(milliseconds: number): void {
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(() => void this.wake(), milliseconds);
  }

  #servable(): Network {
    if (this.refused.length === 0) return this.network;
    const left = this.network.reservations.filter(
      (reservation) => !this.refused.some((other) => isDeepStrictEqual(other.reservation, reservation)),
    );
    return { ...this.network, reservations: left };
  }

  #minute(): number {
    return Math.floor(this.#edges.kea.now() / 60);
  }
}
