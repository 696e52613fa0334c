import type { World } from '../world.ts';

/** The node that an id is taken on, by a guest or a container; undefined where it is free. */
export function takenOn(world: World, vmid: number): string | undefined {
  return world.guests.nodeOf(vmid) ?? world.containers.nodeOf(vmid);
}
