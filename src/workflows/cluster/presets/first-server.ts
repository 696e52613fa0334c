import type { Facts, GuestFacts } from '../../../facts/facts.ts';
import type { Finding, Step } from '../../../plan/step.ts';
import type { GuestRef } from '../../../steps/our-guest.ts';
import type { PlanInputs } from '../../workflow.ts';
import type { ClusterAnswers } from '../answers.ts';
import { type Group, guestsOf } from '../guests/guests.ts';
import type { PlacedGuest } from '../guests/placement.ts';
import { snippetName } from '../guests/snippets.ts';
import { madeWith } from './secrets.ts';

/** The only server that may begin a cluster, if no other one answers. */
const FIRST = 1;

interface Servers {
  answers: ClusterAnswers;
  servers: Group;
  facts: Facts;
}

/**
 * Whether a guest may begin a cluster when no other server answers. Never where others are there: however silent
 * they are, they were made behind the start of a first server, and a second cluster beside theirs would be worse
 * than waiting. A guest that stays keeps what it was made with.
 */
export function mayBegin(
  guest: PlacedGuest,
  { inputs, ...cluster }: Servers & { inputs: PlanInputs },
): boolean {
  if (guest.group.name !== cluster.servers.name || guest.index !== FIRST) return false;
  const own = guest.existing && settingOf(guest, inputs);
  return own === undefined ? othersThere(cluster).length === 0 : own === 'yes';
}

function othersThere({ answers, servers, facts }: Servers): GuestFacts[] {
  return guestsOf(answers.name, facts).filter(
    ({ identity }) => identity?.group === servers.name && identity.index !== FIRST,
  );
}

function settingOf({ name, node }: PlacedGuest, { texts }: PlanInputs): string | undefined {
  const files = [...texts.keys()].filter((key) => key.endsWith(`/${snippetName(name)}`));
  const file = files.find((key) => key.startsWith(`${node}:`)) ?? files[0];
  return file === undefined ? undefined : madeWith(texts.get(file) ?? '')?.settings.FIRST;
}

/** Said where the first server comes back to others: it waits for them. */
export function firstServerFinding(cluster: Servers, placed: readonly PlacedGuest[]): Finding[] {
  const first = placed.find(({ group, index }) => group.name === cluster.servers.name && index === FIRST);
  const others = othersThere(cluster);
  if (!first || first.existing || first.olds.length > 0 || others.length === 0) return [];
  return [
    {
      severity: 'info',
      message: `${first.name} begins no cluster: it waits until one of ${others.map(({ name }) => name).join(', ')} lets it in`,
      fix: 'where these never were a cluster, or are lost for good: destroy, and apply again',
    },
  ];
}

/** Other servers of a cluster that begins are made behind the start of its first: so their being there says something. */
export function firstServerFirst(
  placed: readonly PlacedGuest[],
  servers: Group,
  steps: readonly Step[],
): readonly Step[] {
  const own = placed.filter(({ group }) => group.name === servers.name);
  const isNew = own.every(({ existing, olds }) => !existing && olds.length === 0);
  const first = own.find(({ index }) => index === FIRST);
  const names = new Set(own.map(({ name }) => name));
  const guestOf = ({ args }: Step) => (args as { guest?: GuestRef }).guest?.name;
  const start = steps.find((step) => step.verb === 'start-guest' && guestOf(step) === first?.name);
  if (!isNew || !first || !start) return steps;
  return steps.map((step) =>
    step.verb === 'clone-guest' && names.has(guestOf(step) ?? '') && guestOf(step) !== first.name
      ? { ...step, needs: [...new Set([...step.needs, start.id])] }
      : step,
  );
}
