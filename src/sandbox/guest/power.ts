import { fail } from '../refusal.ts';
import type { World } from '../world.ts';
import { applyPending, checkNoLock } from './change.ts';
import { drivesIn, isCloudInit } from './drives.ts';
import { checkStart } from './start-checks.ts';
import { hasAgent, memoryOf } from './status.ts';

export interface GuestTask {
  readonly node: string;
  readonly vmid: number;
  readonly log: (line: string) => void;
}

/** Milliseconds on a real node. The agent of a small Linux answers this long after the start. */
const START_MS = 600;
const EARLY_MS = 100;
const AGENT_MS = 8000;
const SHUTDOWN_MS = 200;

let nextPid = 6000;

/** Starts a guest, or fails as the real one would. */
export async function startGuest(world: World, { node, vmid, log }: GuestTask): Promise<void> {
  await world.locks.guest(vmid, { seconds: 10 }, async () => {
    const conf = world.guests.read(vmid, node);
    if (conf.values.template === '1') throw fail("you can't start a vm if it's a template");
    checkNoLock(conf);
    await world.pace.wait(EARLY_MS);
    if (world.running.get(vmid)) throw fail(`VM ${vmid} already running`);
    applyPending(world, vmid, node);
    const { values } = world.guests.read(vmid, node);
    if (drivesIn(values).some(isCloudInit)) log('generating cloud-init ISO');
    checkStart(world, { node, vmid, values, log });
    await world.pace.wait(START_MS);
    const now = world.pace.clock.now();
    nextPid += 7;
    const agent = hasAgent(values) ? { agentAt: now + AGENT_MS / world.pace.speed } : {};
    world.running.start(vmid, node, { pid: nextPid, since: now, memory: memoryOf(values), ...agent });
  });
}

/** Stops a guest, hard or by asking it; stopping what does not run is no error for a hard stop. */
export async function stopGuest(
  world: World,
  { node, vmid }: GuestTask,
  how: 'stop' | 'shutdown',
): Promise<void> {
  await world.locks.guest(vmid, { seconds: 10 }, async () => {
    world.guests.read(vmid, node);
    if (!world.running.get(vmid)) {
      if (how === 'shutdown') throw fail(`VM ${vmid} not running`);
      return;
    }
    await world.pace.wait(how === 'shutdown' ? SHUTDOWN_MS : EARLY_MS);
    world.running.stop(vmid);
    applyPending(world, vmid, node);
  });
}

export async function rebootGuest(world: World, task: GuestTask): Promise<void> {
  await stopGuest(world, task, 'shutdown');
  await startGuest(world, task);
}
