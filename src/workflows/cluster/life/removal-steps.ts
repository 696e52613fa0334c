import type { Facts, GuestFacts } from '../../../facts/facts.ts';
import type { Step } from '../../../plan/step.ts';
import { destroyId, refOfFormer, removeOldId } from '../guests/ids.ts';
import { snippetName } from '../guests/snippets.ts';

/** Seconds in which a guest may shut down by itself before it is switched off; PVE's own default is 180. */
const SHUTDOWN = 120;

/** Shuts a guest down and removes it with its disks; a guest of its name takes its place. */
export function oldGuestSteps(
  guest: GuestFacts,
  { stopAfter, removeAfter }: { stopAfter: readonly string[]; removeAfter: readonly string[] },
): Step[] {
  const stop = stopOldStep(guest, stopAfter);
  return [
    stop,
    {
      ...destroyStep(guest, [stop.id, ...removeAfter]),
      id: removeOldId(guest),
      title: `remove the old ${guest.name} (${guest.vmid} on ${guest.node}) with its disks`,
    },
  ];
}

export function stopOldId({ name, vmid }: GuestFacts): string {
  return `shut down old ${name} (${vmid})`;
}

function stopOldStep(guest: GuestFacts, needs: readonly string[]): Step {
  return {
    ...shutdownStep(guest, needs),
    id: stopOldId(guest),
    title: `shut down the old ${guest.name} (${guest.vmid} on ${guest.node})`,
  };
}

/** Shuts a guest down and removes it with its disks and its Ignition files. */
export function removalSteps(guest: GuestFacts, facts: Facts, needs: readonly string[]): Step[] {
  const stop = shutdownStep(guest, needs);
  const destroy = destroyStep(guest, [stop.id]);
  return [
    stop,
    destroy,
    ...ignitionFiles(guest, facts).map(({ node, path }) => removeFileStep(node, path, [destroy.id])),
  ];
}

function shutdownStep(guest: GuestFacts, needs: readonly string[]): Step {
  return {
    // With its id: a roll that was cut off has left two of one name.
    id: `shut down ${guest.name} (${guest.vmid})`,
    title: `shut down ${guest.name} (${guest.vmid} on ${guest.node})`,
    verb: 'stop-guest',
    args: { guest: { ...refOfFormer(guest) }, timeout: SHUTDOWN },
    needs,
    uses: { node: guest.node },
  };
}

export function destroyStep(guest: GuestFacts, needs: readonly string[]): Step {
  const { name, vmid, node } = guest;
  return {
    id: destroyId(guest),
    title: `destroy ${name} (${vmid} on ${node}) with its disks`,
    verb: 'destroy-guest',
    args: { guest: { ...refOfFormer(guest) } },
    needs,
    uses: { node },
  };
}

/** The Ignition files of a guest; one on a shared storage once, though every node shows it. */
export function ignitionFiles({ name }: GuestFacts, facts: Facts): Facts['snippets'] {
  const files = facts.snippets.filter((snippet) => snippet.path.endsWith(`/${snippetName(name)}`));
  return files.filter((file, at) => {
    const isShared = facts.storages.some(({ storage, shared }) => storage === file.storage && shared);
    return !isShared || files.findIndex((other) => other.path === file.path) === at;
  });
}

export function removeFileStep(node: string, path: string, needs: readonly string[]): Step {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return {
    // With its folder: a cluster whose storage for snippets changed has files of one name in two of them.
    id: `remove ${path} on ${node}`,
    title: `remove the Ignition file ${name} on ${node}`,
    verb: 'remove-file',
    args: { node, path, mode: 0o600 },
    needs,
    uses: { node },
  };
}
