import { createHash } from 'node:crypto';
import { countUp } from '../../../answers/ip.ts';
import type { Facts, GuestFacts } from '../../../facts/facts.ts';
import { macFor } from '../../../pve/mac.ts';
import type { ClusterAnswers } from '../answers.ts';

export type Group = ClusterAnswers['groups'][number];
export type Network = Group['networks'][number];

/** One guest as the answers want it, before it has a node. */
export interface WantedGuest {
  name: string;
  group: Group;
  /** From 1. */
  index: number;
  uid: string;
  nics: readonly WantedNic[];
  /** The guest that is there already, as the answers want it. */
  existing: GuestFacts | undefined;
  /** Guests in its place that were made from other answers, or are left over: they go once it answers. */
  olds: readonly GuestFacts[];
}

/** A guest of ours that is there, seen as the one that the answers want. */
export type ExistingGuest = WantedGuest & { existing: GuestFacts };

export interface WantedNic {
  network: Network;
  mac: string;
  /** With prefix length, or `dhcp`. */
  address: string;
}

/**
 * The guests that the answers describe, each with what is there of it already. `isCurrent` says whether a
 * guest was made from these very answers.
 */
export function wantedGuests(
  answers: ClusterAnswers,
  facts: Facts,
  isCurrent: (guest: ExistingGuest) => boolean,
): WantedGuest[] {
  const places = byPlace(answers, facts);
  const ours = new Set([...places.values()].flat());
  const others = new Set(facts.guests.filter((guest) => !ours.has(guest)).flatMap((guest) => guest.macs));
  const all = new Set(facts.guests.flatMap((guest) => guest.macs));
  return answers.groups.flatMap((group) =>
    Array.from({ length: group.count }, (_, offset): WantedGuest => {
      const index = offset + 1;
      const base = { name: guestName(answers.name, group.name, index), group, index };
      const nicsOf = (uid: string, known: ReadonlySet<string>): WantedNic[] =>
        group.networks.map((network, nic) => {
          const mac = macFor(uid, { nic, prefix: facts.macPrefix, known });
          return { network, mac, address: addressOf(network, offset) };
        });
      const there = (places.get(`${group.name}/${index}`) ?? []).map((existing): ExistingGuest => {
        const uid = existing.identity?.uid ?? '';
        return { ...base, uid, nics: nicsOf(uid, others), existing, olds: [] };
      });
      const current = there.find((guest) => isCurrent(guest));
      const olds = there.filter((guest) => guest !== current).map((guest) => guest.existing);
      if (current) return { ...current, olds };
      // What takes another guest's place is another guest, also by its uid.
      const uid = uidOf(facts.seed, { cluster: answers.name, group: group.name, index }, olds);
      const nics = nicsOf(uid, all);
      for (const { mac } of nics) all.add(mac);
      return { ...base, uid, nics, existing: undefined, olds };
    }),
  );
}

/** Guests of a cluster that are there. What somebody made a template, or a container of that name, is none. */
export function guestsOf(cluster: string, facts: Facts): GuestFacts[] {
  return facts.guests.filter(
    ({ identity, template, type }) => identity?.cluster === cluster && !template && type === 'qemu',
  );
}

/** Ours by `group/index`; of several in one place those that run come first. */
function byPlace({ name }: ClusterAnswers, facts: Facts): Map<string, GuestFacts[]> {
  const places = new Map<string, GuestFacts[]>();
  const runFirst = guestsOf(name, facts).sort(
    (one, other) => Number(other.status === 'running') - Number(one.status === 'running'),
  );
  for (const guest of runFirst) {
    const place = `${guest.identity?.group}/${guest.identity?.index}`;
    places.set(place, [...(places.get(place) ?? []), guest]);
  }
  return places;
}

interface Place {
  cluster: string;
  group: string;
  index: number;
}

export function guestName(cluster: string, group: string, index: number): string {
  return `${cluster}-${group}-${index}`;
}

/** 48 bits: two guests of one cluster share one by chance once in some million clusters. */
function uidOf(seed: string, { cluster, group, index }: Place, olds: readonly GuestFacts[]): string {
  const instead = olds.map((old) => `/${old.identity?.uid}`).join('');
  return createHash('sha256')
    .update(`${seed}/${cluster}/${group}/${index}${instead}`)
    .digest('hex')
    .slice(0, 12);
}

function addressOf(network: Network, offset: number): string {
  if (network.ip === 'dhcp') return 'dhcp';
  return countUp(network.ip, offset) ?? network.ip;
}

/** Guests beyond the number that their group still has, the last ones first. */
export function surplusGuests(answers: ClusterAnswers, facts: Facts): GuestFacts[] {
  const counts = new Map(answers.groups.map((group) => [group.name, group.count]));
  return guestsOf(answers.name, facts)
    .filter(({ identity }) => (identity?.index ?? 0) > (counts.get(identity?.group ?? '') ?? Infinity))
    .sort((one, other) => (other.identity?.index ?? 0) - (one.identity?.index ?? 0));
}

/** Guests of groups that the answers no longer name, by group. */
export function formerGroups(answers: ClusterAnswers, facts: Facts): Map<string, GuestFacts[]> {
  const named = new Set(answers.groups.map((group) => group.name));
  const former = new Map<string, GuestFacts[]>();
  for (const guest of guestsOf(answers.name, facts)) {
    const group = guest.identity?.group ?? '';
    if (!named.has(group)) former.set(group, [...(former.get(group) ?? []), guest]);
  }
  return former;
}
