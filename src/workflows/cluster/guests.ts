import { createHash } from 'node:crypto';
import { countUp } from '../../answers/ip.ts';
import type { Facts, GuestFacts } from '../../facts/facts.ts';
import { macFor } from '../../pve/mac.ts';
import type { ClusterAnswers } from './answers.ts';

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
  /** The guest that is there already. */
  existing: GuestFacts | undefined;
}

export interface WantedNic {
  network: Network;
  mac: string;
  /** With prefix length, or `dhcp`. */
  address: string;
}

/** The guests that the answers describe, each with what is there of it already. */
export function wantedGuests(answers: ClusterAnswers, facts: Facts): WantedGuest[] {
  const ours = facts.guests.filter((guest) => guest.identity?.cluster === answers.name && !guest.template);
  const macs = new Set(facts.guests.filter((guest) => !ours.includes(guest)).flatMap((guest) => guest.macs));
  return answers.groups.flatMap((group) =>
    Array.from({ length: group.count }, (_, offset): WantedGuest => {
      const index = offset + 1;
      const existing = ours.find(
        ({ identity }) => identity?.group === group.name && identity.index === index,
      );
      const uid = existing?.identity?.uid ?? uidOf(facts.seed, answers.name, group.name, index);
      const nics = group.networks.map((network, nic): WantedNic => {
        const mac = macFor(uid, { nic, prefix: facts.macPrefix, known: macs });
        macs.add(mac);
        return { network, mac, address: addressOf(network, offset) };
      });
      return { name: guestName(answers.name, group.name, index), group, index, uid, nics, existing };
    }),
  );
}

export function guestName(cluster: string, group: string, index: number): string {
  return `${cluster}-${group}-${index}`;
}

/** 48 bits: two guests of one cluster share one by chance once in some million clusters. */
function uidOf(seed: string, cluster: string, group: string, index: number): string {
  return createHash('sha256').update(`${seed}/${cluster}/${group}/${index}`).digest('hex').slice(0, 12);
}

function addressOf(network: Network, offset: number): string {
  if (network.ip === 'dhcp') return 'dhcp';
  return countUp(network.ip, offset) ?? network.ip;
}

/** Guests of this cluster that the answers no longer name. */
export function surplusGuests(answers: ClusterAnswers, facts: Facts): GuestFacts[] {
  const wanted = new Set(
    answers.groups.flatMap((group) =>
      Array.from({ length: group.count }, (_, at) => `${group.name}/${at + 1}`),
    ),
  );
  return facts.guests.filter(
    ({ identity, template }) =>
      identity?.cluster === answers.name && !template && !wanted.has(`${identity.group}/${identity.index}`),
  );
}
