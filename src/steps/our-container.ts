import { RunError } from '../errors.ts';
import type { Host } from '../hosts/host.ts';
import type { StepContext } from '../plan/verb.ts';
import { must } from './agent-place.ts';
import { type GuestPlace, type GuestRef, placeOf } from './our-guest.ts';

/** The container's file in the cluster file system. */
export function confPath({ node, vmid }: GuestPlace): string {
  return `/etc/pve/nodes/${node}/lxc/${vmid}.conf`;
}

/** The text of a container's configuration; undefined where there is no such container on that node. */
export async function readConf(host: Host, place: GuestPlace): Promise<string | undefined> {
  return (await host.read(confPath(place)))?.toString('utf8');
}

/** PVE keeps the notes as comments, with `:` and `%` encoded; the words of our line stay as they are. */
export function isOurContainer(conf: string, uid: string): boolean {
  return uid !== '' && new RegExp(`^#.* uid=${uid}( |$)`, 'm').test(conf);
}

/** What `pct create` has not come to an end with. */
export function isHalfMade(conf: string): boolean {
  return /^lock: create$/m.test(conf);
}

/** Stops and removes a container, if its notes say that it is ours. That it is gone already is as good. */
export async function destroyOurContainer(guest: GuestRef, context: StepContext): Promise<void> {
  const place = placeOf(guest, context);
  const host = context.host(place.node);
  const conf = await readConf(host, place);
  if (conf === undefined) return;
  const vmid = String(place.vmid);
  if (!isOurContainer(conf, guest.uid)) {
    throw new RunError(`container ${vmid} on ${place.node} is not the "${guest.name}" that proxwright made`, {
      where: confPath(place),
      why: `its notes have no line of ours with uid=${guest.uid}`,
      fix: 'look at it in the web interface; remove it by hand if it should go',
    });
  }
  if (isHalfMade(conf)) await must(host, ['pct', 'unlock', vmid]);
  await stopOurContainer(host, place.vmid);
  await must(host, ['pct', 'destroy', vmid, '--purge', '1'], { timeout: 300_000 });
}

export async function stopOurContainer(host: Host, vmid: number): Promise<void> {
  const { stdout } = await host.run(['pct', 'status', String(vmid)]);
  if (!/running/.test(stdout)) return;
  await must(host, ['pct', 'shutdown', String(vmid), '--forceStop', '1', '--timeout', '30'], {
    timeout: 120_000,
  });
}
