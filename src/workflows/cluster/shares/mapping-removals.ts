import type { Facts, GuestFacts } from '../../../facts/facts.ts';
import type { Finding, Step } from '../../../plan/step.ts';
import { parseProperties } from '../../../pve/property-string.ts';
import type { ClusterAnswers } from '../answers.ts';
import { guestsOf } from '../guests/guests.ts';
import { dispatcherFile, type GuestPlaces, HOOK_MODE, hooksOf, OUR_HOOKS } from '../guests/hooks.ts';
import { destroyId } from '../guests/ids.ts';
import { isHidden } from '../life/doubtful.ts';
import { clusterOfMark } from './mapping-steps.ts';

/**
 * What a cluster's guests share with others and goes with the last of them: directory mappings that we
 * made, and our hookscripts. `needs`: the steps that remove the guests.
 */
export function mappingRemovals(
  { name }: Pick<ClusterAnswers, 'name'>,
  facts: Facts,
  needs: readonly string[],
): Removals {
  return removals(facts, { cluster: name, leaving: guestsOf(name, facts), needs: () => needs });
}

/**
 * The same of shares and hookscripts that were taken out of the answers: they go once the cluster's guests
 * are configured without them. `endOf`: the step behind which a guest no longer has them.
 */
export function unusedShares(
  answers: ClusterAnswers,
  facts: Facts,
  { places, inherited, endOf }: UnusedInputs,
): Removals {
  const wanted = answers.groups.flatMap(({ virtiofs = [] }) => virtiofs.map(({ tag }) => tag));
  const fixed = usesOf(inherited);
  return removals(facts, {
    cluster: answers.name,
    leaving: guestsOf(answers.name, facts),
    needs: (users) => users.map(endOf),
    isWanted: (id) => wanted.includes(id) || fixed.includes(id),
    keepsHooks:
      'hookscript' in inherited || answers.groups.some((group) => hooksOf(group, places).length > 0),
  });
}

export interface Removals {
  steps: Step[];
  findings: Finding[];
}

interface UnusedInputs {
  places: GuestPlaces;
  /** What guests have from a template that somebody else made. */
  inherited: Readonly<Record<string, string>>;
  endOf(guest: GuestFacts): string;
}

interface RemovalInputs {
  cluster: string;
  /** Guests that will not use anything of it any longer. */
  leaving: readonly GuestFacts[];
  needs(users: readonly GuestFacts[]): readonly string[];
  isWanted?(mapping: string): boolean;
  keepsHooks?: boolean;
}

function removals(
  facts: Facts,
  { cluster, leaving, needs, isWanted = () => false, keepsHooks = false }: RemovalInputs,
): Removals {
  const elsewhere = (facts.leaving ?? []).filter((guest) => !leaving.includes(guest));
  const staying = facts.guests.filter((guest) => !leaving.includes(guest) && !elsewhere.includes(guest));
  const steps: Step[] = [];
  const findings: Finding[] = [];
  const unusedBut = (what: string, users: readonly GuestFacts[]): boolean => {
    const reason = users[0] ? usedBy(users) : hiddenGuests(staying, facts);
    if (reason) findings.push({ severity: 'info', message: `${what} stays: ${reason}` });
    return reason === undefined;
  };
  for (const { id, description } of facts.mappings) {
    const owner = clusterOfMark(description);
    const left = leaving.filter((guest) => guest.mappings?.includes(id));
    // Made for another cluster, it is this one's to remove where this one used it last.
    if (description === undefined || owner === undefined || isWanted(id)) continue;
    if (left.length === 0 && owner !== cluster) continue;
    const users = staying.filter((guest) => guest.mappings?.includes(id));
    if (!unusedBut(`directory mapping ${id}`, users)) continue;
    const others = elsewhere.filter((guest) => guest.mappings?.includes(id)).map(destroyId);
    steps.push(unmapStep(id, description, [...needs(left), ...others]));
  }
  const hooked = leaving.filter(isHooked);
  if (hooked.length > 0 && !keepsHooks && unusedBut('the hookscript dispatcher', staying.filter(isHooked))) {
    const files = facts.snippets.filter(({ path }) => OUR_HOOKS.some((file) => path.endsWith(`/${file}`)));
    const ends = [...needs(hooked), ...elsewhere.filter(isHooked).map(destroyId)];
    steps.push(...files.map(({ node, path }) => removeHookStep(node, path, ends)));
  }
  return { steps, findings };
}

/** Directory mappings that a config names. */
function usesOf(config: Readonly<Record<string, string>>): string[] {
  return Object.entries(config).flatMap(([key, value]) =>
    /^virtiofs\d+$/.test(key) ? (parseProperties(value, 'dirid').dirid ?? []) : [],
  );
}

function isHooked({ hookscript }: GuestFacts): boolean {
  return hookscript?.endsWith(`:snippets/${dispatcherFile}`) ?? false;
}

function usedBy(users: readonly GuestFacts[]): string {
  const [first, ...more] = users;
  const others = more.length > 0 ? ` and ${more.length} more` : '';
  return `${first?.name} (${first?.vmid} on ${first?.node})${others} ${more.length > 0 ? 'use' : 'uses'} it`;
}

/** Nobody can say what the guests of a node use that cannot be asked. */
function hiddenGuests(staying: readonly GuestFacts[], facts: Facts): string | undefined {
  const hidden = staying.find((guest) => isHidden(guest, facts));
  return hidden && `guests on ${hidden.node}, which is offline, may use it`;
}

function unmapStep(id: string, description: string, needs: readonly string[]): Step {
  return {
    id: `unmap ${id}`,
    title: `remove the directory mapping ${id}`,
    verb: 'unmap-directory',
    args: { id, description },
    needs,
    uses: {},
  };
}

function removeHookStep(node: string, path: string, needs: readonly string[]): Step {
  const file = path.slice(path.lastIndexOf('/') + 1);
  return {
    id: `remove ${path} on ${node}`,
    title: `remove the hookscript ${file} on ${node}`,
    verb: 'remove-file',
    args: { node, path, mode: HOOK_MODE },
    needs,
    uses: { node },
  };
}
