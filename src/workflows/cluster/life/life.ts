import type { Facts, GuestFacts } from '../../../facts/facts.ts';
import type { Finding } from '../../../plan/step.ts';
import { sameValue } from '../../../pve/property-string.ts';
import type { ClusterAnswers } from '../answers.ts';
import type { GroupIgnition } from '../groups/ignition.ts';
import { type ExistingGuest, formerGroups, surplusGuests } from '../guests/guests.ts';
import type { GuestPlaces } from '../guests/hooks.ts';
import { guestOptions, strayOptions } from '../guests/options.ts';
import type { PlacedGuest } from '../guests/placement.ts';
import {
  hiddenGuests,
  namesakes,
  outOfSight,
  renamedFindings,
  staysHidden,
  twinFindings,
} from './doubtful.ts';
import { goingFindings } from './going.ts';
import { paceOf } from './roll.ts';
import { specOf } from './spec.ts';

/** Whether a guest that is there was made from these very answers, as its line says. */
export function isCurrent(
  answers: ClusterAnswers,
  groups: ReadonlyMap<string, GroupIgnition>,
): (guest: ExistingGuest) => boolean {
  return (guest) => {
    const { existing } = guest;
    const { given, findings } = groups.get(guest.group.name)!.of({
      ...guest,
      vmid: existing.vmid,
      node: existing.node,
    });
    // Answers that cannot be carried out say nothing of what is there.
    if (findings.some((finding) => finding.severity === 'error')) return true;
    return !answers.update.replace || specOf(answers, guest, given) === existing.identity?.spec;
  };
}

/** Guests that the answers no longer want: beyond the number of their group, or of a group that is to go. */
export function goneGuests(answers: ClusterAnswers, facts: Facts): GuestFacts[] {
  const former = formerGroups(answers, facts);
  return [
    ...surplusGuests(answers, facts),
    ...(answers.removed_groups ?? []).flatMap((group) => former.get(group) ?? []),
  ];
}

interface Life {
  facts: Facts;
  placed: readonly PlacedGuest[];
  gone: readonly GuestFacts[];
  groups: ReadonlyMap<string, GroupIgnition>;
  places: GuestPlaces;
  /** What guests have from a template that somebody else made. */
  inherited: Readonly<Record<string, string>>;
}

/** What happens to guests that are there already, said before it does. */
export function lifeFindings(answers: ClusterAnswers, life: Life): Finding[] {
  return [
    ...answers.groups.flatMap((group) => replacedFinding(answers, group, life)),
    ...leftoverFinding(life),
    ...restartFinding(answers, life),
    ...removedFinding(life),
    ...renamedGroups(answers, life),
    ...keptFinding(answers, life),
    ...namesakes(answers, life.placed, life.facts),
    ...outsideFinding(answers, life),
    ...twinFindings(answers.name, life.facts),
    ...renamedFindings(life.placed, life.facts),
    ...goingFindings([...life.gone, ...life.placed.flatMap(({ olds }) => olds)], life.facts),
    ...staysHidden(unwantedHidden(answers, life.facts)),
    ...outOfSight(life.placed, life.facts),
  ];
}

function replacedFinding(
  answers: ClusterAnswers,
  group: ClusterAnswers['groups'][number],
  { placed }: Life,
): Finding[] {
  const replaced = placed.filter(
    (guest) => guest.group === group && guest.olds.length > 0 && !guest.existing,
  );
  if (replaced.length === 0) return [];
  const most = paceOf(answers, group);
  const surge = Math.min(most.surge, replaced.length);
  const unavailable = Math.min(most.unavailable, replaced.length - surge);
  const width = surge + unavailable;
  const pace = replaced.length === 1 ? '' : width === 1 ? ', one after the other' : `, ${width} at a time`;
  const order =
    surge === 0
      ? 'each stops before its new one starts'
      : unavailable === 0
        ? 'the old ones go once the new ones answer'
        : `at most ${surge} beside their old ones, which go once the new ones answer, and at most ${unavailable} once theirs have stopped`;
  const beyond =
    surge === 0 && (answers.update.max_surge ?? 0) > 0
      ? '; max_surge does not count here: two guests cannot have one address, nor be two nodes of one name'
      : '';
  return [
    {
      severity: 'warning',
      message: `${named(replaced)} ${replaced.length === 1 ? 'is' : 'are'} made anew${pace}, since image, network or Ignition changed: ${order}, and the disks of the old ones are removed${beyond}`,
      fix: 'to keep guests as they were made: update: { replace: false }',
    },
  ];
}

/** A roll was cut off behind a new guest: it is there, and so is the one whose place it took. */
function leftoverFinding({ placed }: Life): Finding[] {
  const left = placed.filter(({ existing }) => existing).flatMap(({ olds }) => olds);
  if (left.length === 0) return [];
  const where = left.map(({ name, vmid, node }) => ({ name: `${name} (${vmid} on ${node})` }));
  return [
    {
      severity: 'warning',
      message: `${named(where)} ${left.length === 1 ? 'is' : 'are'} left of a roll that was cut off: removed with ${left.length === 1 ? 'its' : 'their'} disks once the new ${left.length === 1 ? 'one answers' : 'ones answer'}`,
    },
  ];
}

/** These take effect only at the guest's next start; PVE keeps them pending until then. */
const AT_START = /^(?:cores|sockets|cpu|memory|numa|args|virtiofs\d+|agent)$/;

function restartFinding(answers: ClusterAnswers, { placed, places, inherited }: Life): Finding[] {
  const keys = new Set<string>();
  const waiting = placed.filter((guest) => {
    const { existing } = guest;
    if (existing?.status !== 'running' || !existing.config) return false;
    const options = guestOptions(guest, answers, places);
    const changed = [
      ...Object.entries(options)
        .filter(([key, value]) => !sameValue(key, String(value), existing.config?.[key]))
        .map(([key]) => key),
      ...strayOptions(existing, options, inherited),
    ].filter((key) => AT_START.test(key));
    for (const key of changed) keys.add(key);
    return changed.length > 0;
  });
  if (waiting.length === 0) return [];
  const what = [...keys].sort();
  return [
    {
      severity: 'warning',
      message: `${named(waiting)} ${waiting.length === 1 ? 'runs' : 'run'}: what changes of ${listed(what)} takes effect at the next restart, which is left to you`,
      fix: 'qm reboot ID, when it suits',
    },
  ];
}

function removedFinding({ gone }: Life): Finding[] {
  if (gone.length === 0) return [];
  return [
    {
      severity: 'warning',
      message: `${named(gone)} ${gone.length === 1 ? 'is' : 'are'} no longer in the answers: shut down, and removed with ${gone.length === 1 ? 'its' : 'their'} disks`,
    },
  ];
}

/** A group is known by its name: under another one its guests would be removed with all that they hold. */
function renamedGroups(answers: ClusterAnswers, { facts }: Life): Finding[] {
  return [...formerGroups(answers, facts)].flatMap(([group, guests]): Finding[] => {
    if (answers.removed_groups?.includes(group)) return [];
    return [
      {
        severity: 'error',
        path: 'groups',
        message: `group ${group} of ${answers.name} is not in the answers, but ${named(guests)} ${guests.length === 1 ? 'is' : 'are'} there`,
        fix: `if it was renamed, give it its name again: guests are named after it; if its guests are to go: removed_groups: [${group}]`,
      },
    ];
  });
}

function keptFinding(answers: ClusterAnswers, { placed, groups }: Life): Finding[] {
  if (answers.update.replace) return [];
  const made = isCurrent({ ...answers, update: { ...answers.update, replace: true } }, groups);
  const kept = placed.filter(({ existing, ...guest }) => existing && !made({ ...guest, existing }));
  if (kept.length === 0) return [];
  return [
    {
      severity: 'warning',
      message: `${named(kept)} ${kept.length === 1 ? 'was' : 'were'} made from other answers (image, network or Ignition): what a guest reads only at its first boot stays as it is`,
      fix: 'update: { replace: true } makes them anew',
    },
  ];
}

/** Beyond the number of their group, or of a group that is to go. */
function unwantedHidden(answers: ClusterAnswers, facts: Facts): GuestFacts[] {
  const { name, groups, removed_groups = [] } = answers;
  const counts = new Map<string, number>([
    ...removed_groups.map((group) => [`${name}-${group}`, 0] as const),
    ...groups.map((group) => [`${name}-${group.name}`, group.count] as const),
  ]);
  return hiddenGuests(answers, facts).filter((guest) => {
    const at = guest.name.lastIndexOf('-');
    return Number(guest.name.slice(at + 1)) > (counts.get(guest.name.slice(0, at)) ?? Infinity);
  });
}

/** Where HA does not see to it, nobody moves a guest but a person. */
function outsideFinding({ name, nodes, ha }: ClusterAnswers, { placed }: Life): Finding[] {
  if (nodes === 'all' || ha.enabled) return [];
  const outside = placed.filter(({ existing }) => existing && !nodes.includes(existing.node));
  if (outside.length === 0) return [];
  const where = outside.map((guest) => ({ name: `${guest.name} (${guest.vmid} on ${guest.node})` }));
  return [
    {
      severity: 'warning',
      path: 'nodes',
      message: `${named(where)} ${outside.length === 1 ? 'is' : 'are'} not on the nodes of ${name}, and ${outside.length === 1 ? 'stays' : 'stay'} where ${outside.length === 1 ? 'it is' : 'they are'}: only new guests go to ${listed([...nodes])}`,
      fix: 'move them by hand: qm migrate ID NODE',
    },
  ];
}

/** `a, b and c`, or the first of many and how many more. */
function named(guests: readonly { name: string }[]): string {
  const names = guests.map(({ name }) => name).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : listed(names);
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
