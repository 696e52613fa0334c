import { RunError } from '../errors.ts';
import type { StepContext } from '../plan/verb.ts';
import { apiPath } from '../pve/pve.ts';
import { parseUpid } from '../pve/upid.ts';

/** The manager looks every ten seconds, and a guest may take its time to shut down. */
const PATIENCE = 240_000;
const FIRST_LOOK = 200;
const SLOWEST_LOOK = 3000;

/**
 * Of a guest under HA the API only passes the wish on: such a task (`hastart`, `hastop`) is over at once, and
 * the guest follows later. Waits until it has; every other task has done it itself.
 */
export async function managerDid(
  upid: string,
  { node, vmid, status }: { node: string; vmid: number; status: 'running' | 'stopped' },
  context: StepContext,
): Promise<void> {
  if (!/^ha/.test(parseUpid(upid)?.type ?? '')) return;
  const end = context.now() + PATIENCE;
  const path = apiPath`/nodes/${node}/qemu/${vmid}/status/current`;
  for (let wait = FIRST_LOOK; context.now() < end; wait = Math.min(SLOWEST_LOOK, wait * 2)) {
    const now = await context.pve.get<{ status: string }>(path, {}, context);
    if (now.status === status) return;
    context.progress({ text: 'waits for the HA manager' });
    await context.sleep(wait);
  }
  throw new RunError(`the HA manager did not bring guest ${vmid} to be ${status}`, {
    where: `${node}/${vmid}`,
    why: `it was asked to ${PATIENCE / 1000} s ago`,
    fix: 'ha-manager status shows what it is at; a guest in state error must be disabled there first',
  });
}
