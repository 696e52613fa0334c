import { RunError } from '../errors.ts';
import { isFirewallBridge } from './attachment.ts';
import { type Dhcp6, dhcp6Of } from './dhcp6.ts';
import type { Finding } from './finding.ts';
import { type Generation, startGeneration } from './generation.ts';
import { type KeaProgram, stopKea } from './kea-process.ts';
import type { Network } from './networks.ts';
import { countOffers, nameOf, type OfferHistory, offerHistory } from './offers.ts';
import { delayAfter, type Gate } from './pace.ts';
import type { NetworkNames } from './place.ts';
import { holdsPacketSocket, isAlive } from './processes.ts';
import { reasonOf } from './reason.ts';
import { whatKeaRefuses } from './refusal.ts';
import { type Refusals, refusals } from './refusals.ts';
import { signatureOf } from './signature.ts';
import { type StandbyHolder, standbyHolder } from './standby.ts';
import { retire, wantsSuccessor } from './succession.ts';
import { type Turns, turnsOf } from './turns.ts';
import type { Wire } from './wire.ts';

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
  swaps = 0;
  restarts = 0;
  since = 0;
  readonly offers: OfferHistory = offerHistory();
  readonly #edges: SegmentEdges;
  readonly #turns: Turns = turnsOf(() => this.#turn());
  readonly #refusals: Refusals = refusals();
  #failures = 0;
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
    return this.#refusals.findings();
  }

  /** From now on this is to be served. */
  serve(network: Network): Promise<void> {
    this.network = network;
    this.#failures = 0;
    this.#refusals.keepTo(network);
    return this.wake();
  }

  /** Looks whether everything is as it should be, and makes it so. Returns when that is done, or has to wait. */
  wake(): Promise<void> {
    return this.#turns.wake();
  }

  /** Nobody tells us when a Kea ends that an earlier agent started. */
  lookAfterAdopted(): void {
    if (this.current && !this.current.ended && !isAlive(this.current.process)) void this.wake();
  }

  /** The regular look: a Kea of another agent that died, one that hangs, a lease file or a disk that filled. */
  async check(): Promise<void> {
    const { current } = this;
    if (current) {
      const why = await wantsSuccessor(current, this.#edges.kea);
      // It may have got one meanwhile.
      if (this.current === current && why) {
        this.#rotate = true;
        if (why === 'hangs') this.restarts += 1;
      }
      await countOffers(this.offers, current, this.#minute());
    }
    await this.wake();
  }

  /** Lets go; with `takeDown` nothing is left of the network. */
  async close({ takeDown }: { takeDown: boolean }): Promise<void> {
    await this.#turns.close();
    await this.#standby.dismiss();
    if (!takeDown) return;
    await this.#stopAll();
    await this.#edges.wire.remove();
  }

  async #turn(): Promise<void> {
    try {
      await this.#step();
    } catch (error) {
      this.problem = reasonOf(error);
      this.#failures += 1;
      this.#edges.wire.mistrust();
      this.#turns.later(delayAfter(this.#failures));
    }
    this.#edges.changed();
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
    const network = this.#refusals.without(this.network);
    if (this.current?.signature !== signatureOf(network) || this.#rotate) await this.#swap(network);
    if (this.current && !this.#turns.closed) this.#standby.prepare(this.current.slot === 'a' ? 'b' : 'a');
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
      this.#refusals.add(refused);
      return this.#turns.again();
    }
    this.current = next;
    this.#served = network;
    this.since = kea.now();
    this.swaps += 1;
    this.#rotate = false;
    void next.ended?.then(() => {
      if (this.current === next) void this.wake();
    });
    const beforeEnd = () => old && countOffers(this.offers, old, this.#minute());
    if (old) await retire(old, { next, network, kea, beforeEnd });
  }

  /** The bridge is gone: so is everybody on it. Kea is kept for a bridge that only is reloaded. */
  async #withoutBridge(): Promise<void> {
    if (!this.current) return;
    const now = performance.now();
    this.#bridgeGoneAt ??= now;
    const left = isFirewallBridge(this.network) ? 0 : this.#bridgeGoneAt + BRIDGE_GRACE_MS - now;
    if (left > 0) return this.#turns.later(left);
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
    if (lived > 60) this.#failures = 0;
    if (this.#failures > 0) throw new RunError(`Kea ended after ${Math.round(lived)} s`);
    this.#failures = 1;
  }

  #minute(): number {
    return Math.floor(this.#edges.kea.now() / 60);
  }
}
