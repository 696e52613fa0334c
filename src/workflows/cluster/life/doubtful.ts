import type { Facts, GuestFacts } from '../../../facts/facts.ts';
import type { Finding } from '../../../plan/step.ts';
import { OUR_TAG } from '../../../pve/description.ts';
import type { ClusterAnswers } from '../answers.ts';
import type { PlacedGuest } from '../guests/placement.ts';

/**
 * Guests that bear one line twice: a backup was restored beside its guest, or notes were copied. Nobody but a
 * person can say which of them is ours, so nothing is touched.
 */
export function twinFindings(cluster: string, facts: Facts): Finding[] {
  const byUid = new Map<string, GuestFacts[]>();
  for (const guest of facts.guests.filter(({ identity }) => identity?.cluster === cluster)) {
    const uid = guest.identity?.uid ?? '';
    byUid.set(uid, [...(byUid.get(uid) ?? []), guest]);
  }
  return [...byUid].flatMap(([uid, twins]): Finding[] => {
    const [one, ...others] = twins;
    if (!one || others.length === 0) return [];
    return [
      {
        severity: 'error',
        message: `${one.name} is there ${twins.length === 2 ? 'twice' : `${twins.length} times`} with one and the same line (uid=${uid}): ${twins.map(placeText).join(', ')}`,
        fix: 'one of them is a copy, such as a restored backup: take the last line (proxwright: …) from its notes, or remove it by hand',
      },
    ];
  });
}

/** A guest would be made though one with its line is there: somebody gave that one another name. */
export function renamedFindings(placed: readonly PlacedGuest[], facts: Facts): Finding[] {
  const missing = new Set(
    placed.filter(({ existing, olds }) => !existing && olds.length === 0).map(({ name }) => name),
  );
  return facts.guests.flatMap((guest): Finding[] => {
    const { lineOf } = guest;
    if (lineOf === undefined || !missing.has(lineOf)) return [];
    return [
      {
        severity: 'error',
        message: `${lineOf} is not there, but its line is in the notes of "${guest.name}" (${placeText(guest)}): another one would be its double`,
        fix: `if it is the same guest, give it its name back: qm set ${guest.vmid} --name ${lineOf}; if it is a copy, take the last line (proxwright: …) from its notes`,
      },
    ];
  });
}

/** Names are not unique in PVE: a guest that somebody else made, or that lost our line, stays beside ours. */
export function namesakes({ name }: ClusterAnswers, placed: readonly PlacedGuest[], facts: Facts): Finding[] {
  const made = new Set(
    placed.filter((guest) => !guest.existing && guest.olds.length === 0).map((guest) => guest.name),
  );
  const wanted = new Set(placed.map((guest) => guest.name));
  return facts.guests.flatMap((guest): Finding[] => {
    const { vmid, node, identity } = guest;
    const isOther = identity?.cluster !== undefined && identity.cluster !== name;
    // As another cluster of the same answers will make it, where it is not there yet.
    if (wanted.has(guest.name) && (isOther || guest.status === 'planned'))
      return [
        {
          severity: 'error',
          path: 'name',
          message: `${guest.name} is what a guest of ${identity?.cluster ?? 'another cluster'} is called, too (${vmid} on ${node}): they would share one Ignition file`,
          fix: 'give the cluster or the group another name',
        },
      ];
    if (!made.has(guest.name) || isHidden(guest, facts)) return [];
    return [
      {
        severity: 'warning',
        message: `${guest.name} is made beside guest ${vmid} on ${node}, which ${otherKind(guest)}: that one is left alone`,
        fix: identity
          ? 'remove it by hand, if it should go'
          : 'if it is the same guest, give its notes their last line back (proxwright: …), or remove it by hand',
      },
    ];
  });
}

function otherKind({ identity, template }: GuestFacts): string {
  if (!identity) return 'bears its name and not our line';
  return template ? 'somebody made a template' : 'is a container with our line';
}

/** A guest that may be ours, on a node that cannot be asked: another one of its name would be its double. */
export function outOfSight(guests: readonly PlacedGuest[], facts: Facts): Finding[] {
  return guests.flatMap((guest): Finding[] => {
    const hidden = facts.guests.find(
      (other) => !guest.existing && other.name === guest.name && isHidden(other, facts),
    );
    if (!hidden) return [];
    return [
      {
        severity: 'error',
        message: `${guest.name} may be guest ${hidden.vmid} on ${hidden.node}, which is offline and cannot be asked`,
        fix: `bring ${hidden.node} back, or remove that guest`,
      },
    ];
  });
}

/** On a node that cannot be asked: one that is offline, or that left the cluster and whose configs are still there. */
export function isHidden({ node }: GuestFacts, { nodes }: Facts): boolean {
  return !nodes.some(({ name, online }) => online && name === node);
}

/** Guests of ours, by name and tags, on nodes that cannot be asked. */
export function hiddenGuests({ name }: Pick<ClusterAnswers, 'name'>, facts: Facts): GuestFacts[] {
  return facts.guests.filter(
    (guest) =>
      isHidden(guest, facts) &&
      guest.name.startsWith(`${name}-`) &&
      /-\d+$/.test(guest.name) &&
      guest.tags.includes(OUR_TAG) &&
      guest.tags.some((tag) => tag.toLowerCase() === name.toLowerCase()),
  );
}

/** Those that would be removed, if only their node could be asked. */
export function staysHidden(guests: readonly GuestFacts[]): Finding[] {
  return guests.map((guest) => ({
    severity: 'warning' as const,
    message: `${guest.name} (${placeText(guest)}) stays for now: ${guest.node} is offline and cannot be asked`,
    fix: `do the same again once ${guest.node} is back`,
  }));
}

function placeText({ vmid, node }: GuestFacts): string {
  return `${vmid} on ${node}`;
}
