import { ApiError, RunError, TaskError } from '../errors.ts';
import type { Facts, GuestFacts } from '../facts/facts.ts';
import type { StepContext } from '../plan/verb.ts';
import { OUR_TAG, readIdentity } from '../pve/description.ts';
import { apiPath } from '../pve/pve.ts';
import { managerDid } from './ha-wait.ts';

/** A guest as a plan names it. The id may turn out another one: the receipt of `step` knows. */
export interface GuestRef {
  name: string;
  vmid: number;
  node: string;
  uid: string;
  /** The step that makes the guest, where the plan makes it. */
  step: string;
}

export interface GuestPlace {
  vmid: number;
  node: string;
}

/**
 * Where the guest really is: where the facts show it (it may have been migrated since a receipt was made),
 * else what the step that makes it has on its receipt, else where the plan wants it.
 */
export function placeOf(guest: GuestRef, context: Pick<StepContext, 'receipt' | 'facts'>): GuestPlace {
  const there = guest.uid === '' ? undefined : marked(context.facts).get(`${guest.uid} ${guest.name}`);
  if (there) return { vmid: there.vmid, node: there.node };
  const made = context.receipt(guest.step) as Partial<GuestPlace> | null | undefined;
  return { vmid: made?.vmid ?? guest.vmid, node: made?.node ?? guest.node };
}

/** As {@link placeOf}; throws where the facts show another guest under that id. For whatever changes a guest. */
export function ownPlace(guest: GuestRef, context: Pick<StepContext, 'receipt' | 'facts'>): GuestPlace {
  const place = placeOf(guest, context);
  const there = context.facts.guests.find((other) => other.vmid === place.vmid);
  if (!there || (there.identity?.uid === guest.uid && there.name === guest.name)) return place;
  throw new RunError(`guest ${place.vmid} is not the "${guest.name}" that proxwright made`, {
    where: `${there.node}/${there.vmid}`,
    why: `it is "${there.name}", without our line uid=${guest.uid}; ours is gone`,
    fix: 'apply the answers again to have it made anew under another id',
  });
}

const byMark = new WeakMap<Facts, Map<string, GuestFacts>>();

/** Guests of ours by uid and name; a thousand guests ask for theirs several times each. */
function marked(facts: Facts): Map<string, GuestFacts> {
  const known = byMark.get(facts);
  if (known) return known;
  const ours = facts.guests.filter((guest) => guest.identity !== undefined);
  const made = new Map(ours.map((guest) => [`${guest.identity?.uid} ${guest.name}`, guest]));
  byMark.set(facts, made);
  return made;
}

export type GuestConfig = Readonly<Record<string, unknown>>;

/** The guest's config, or undefined where there is no such guest on that node. */
export async function readConfig(
  { node, vmid }: GuestPlace,
  context: StepContext,
): Promise<GuestConfig | undefined> {
  try {
    return await context.pve.get<GuestConfig>(apiPath`/nodes/${node}/qemu/${vmid}/config`, {}, context);
  } catch (error) {
    // A missing guest is a 500 with this text, not a 404 (facts: pve.md, Transport).
    if (error instanceof ApiError && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}

/** The guest of that id with its config, also where it has been migrated to since; undefined where it is gone. */
export async function lookUp(
  place: GuestPlace,
  context: StepContext,
): Promise<(GuestPlace & { config: GuestConfig }) | undefined> {
  const { vmid } = place;
  const config = await readConfig(place, context);
  if (config) return { ...place, config };
  const rows = await context.pve.get<{ vmid: number; node: string }[]>(
    '/cluster/resources',
    { type: 'vm' },
    context,
  );
  const node = rows.find((row) => row.vmid === vmid)?.node;
  if (node === undefined || node === place.node) return undefined;
  const there = await readConfig({ vmid, node }, context);
  return there && { vmid, node, config: there };
}

/**
 * The guest as it is at this moment, wherever; undefined where it is gone. Throws where another one has its id:
 * facts may be hours old in the middle of a roll, and ids are given anew.
 */
export async function ownGuest(
  guest: GuestRef,
  context: StepContext,
): Promise<(GuestPlace & { config: GuestConfig }) | undefined> {
  const found = await lookUp(placeOf(guest, context), context);
  if (!found) return undefined;
  const { config, node, vmid } = found;
  if (isOurs(config, guest.uid) && config.name === guest.name) return found;
  throw new RunError(`guest ${vmid} on ${node} is not the "${guest.name}" that proxwright made`, {
    where: `${node}/${vmid}`,
    why: `it is called "${String(config.name ?? '')}" and its description does not end with our line uid=${guest.uid}`,
    fix: 'look at it in the web interface; remove it by hand if it should go',
  });
}

/** As {@link ownPlace}; a guest that was there before the run is looked at. Throws also where it is gone. */
export async function surePlace(guest: GuestRef, context: StepContext): Promise<GuestPlace> {
  if (context.receipt(guest.step) !== undefined && guest.step !== '') return ownPlace(guest, context);
  const { node, vmid } = placeOf(guest, context);
  const found = await ownGuest(guest, context);
  if (found) return { node: found.node, vmid };
  throw new RunError(`${guest.name} (${vmid} on ${node}) is gone`, {
    why: 'somebody removed it since the plan was made',
    fix: 'apply the answers again to have it made anew',
  });
}

/** Whether a config carries this uid: an id alone never proves that a guest is ours. */
export function isOurs(config: GuestConfig, uid: string): boolean {
  return readIdentity(String(config.description ?? ''))?.uid === uid;
}

/**
 * Stops and removes a guest with its disks, if name and uid line say that it is ours. That it is gone
 * already is as good; anything else under that id is refused. `tagged`: so is one that has lost our tag.
 */
export async function destroyOurGuest(
  guest: GuestRef,
  context: StepContext,
  { tagged = false }: { tagged?: boolean } = {},
): Promise<void> {
  const found = await ownGuest(guest, context);
  if (!found) return;
  const { config, ...place } = found;
  const { node, vmid } = place;
  if (tagged && !hasOurTag(config)) {
    throw new RunError(`guest ${vmid} on ${node}, "${guest.name}", has no longer the tag ${OUR_TAG}`, {
      where: `${node}/${vmid}`,
      why: 'somebody took it away, as if to keep the guest',
      fix: `remove the guest by hand, or give it the tag ${OUR_TAG} again`,
    });
  }
  const { status } = await context.pve.get<{ status: string }>(
    apiPath`/nodes/${node}/qemu/${vmid}/status/current`,
    {},
    context,
  );
  if (status !== 'stopped') await stopGuest(place, context);
  const upid = await context.pve.delete<string>(apiPath`/nodes/${node}/qemu/${vmid}`, { purge: 1 }, context);
  try {
    await context.task(upid);
  } catch (error) {
    throw saysAlready(error, /still in use/) ? await inUse(guest, place, { error, context }) : error;
  }
}

/** PVE names the disk that others build upon, not who they are. */
async function inUse(
  { name }: GuestRef,
  { node, vmid }: GuestPlace,
  { error, context }: { error: unknown; context: StepContext },
): Promise<RunError> {
  const users = await remaining(
    context.facts.guests.filter((guest) => guest.base === vmid),
    context,
  );
  return new RunError(`template ${name} (${vmid} on ${node}) is still in use`, {
    where: `${node}/${vmid}`,
    why: `its linked clones: ${named(users) || 'guests on nodes that cannot be asked'}`,
    fix: 'remove them, or give them disks of their own (qm move-disk), then try again',
    cause: error,
  });
}

/** Those of the guests that are still there, and so: this run may have removed or changed some since. */
export async function remaining(
  guests: readonly GuestFacts[],
  context: StepContext,
  isSo: (config: GuestConfig) => boolean = () => true,
): Promise<GuestFacts[]> {
  const there = await Promise.all(guests.map((guest) => lookUp(guest, context)));
  return guests.filter((_, at) => there[at] && isSo(there[at].config));
}

/** `billing (500 on pve1), edge-g-1 (100 on pve2)`. */
export function named(guests: readonly GuestFacts[]): string {
  return guests.map(({ name, vmid, node }) => `${name} (${vmid} on ${node})`).join(', ');
}

/** A clone that was never configured has no tags, or those of its template: none at all is no refusal. */
export function hasOurTag({ tags }: GuestConfig): boolean {
  const words = String(tags ?? '')
    .split(/[;, ]+/)
    .filter((word) => word !== '');
  return words.length === 0 || words.includes(OUR_TAG);
}

export async function stopGuest({ node, vmid }: GuestPlace, context: StepContext): Promise<void> {
  const path = apiPath`/nodes/${node}/qemu/${vmid}/status/stop`;
  const upid = await context.pve.post<string>(path, {}, context);
  await context.task(upid);
  await managerDid(upid, { node, vmid, status: 'stopped' }, context);
}

/** True for a task that failed because what it should do is so already. */
export function saysAlready(error: unknown, text: RegExp): boolean {
  return (error instanceof TaskError || error instanceof ApiError) && text.test(error.message);
}
