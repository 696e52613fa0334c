import type { Call } from '../api/route.ts';
import { badParameters, denied, fail } from '../refusal.ts';
import type { Volume } from '../state/volumes.ts';
import type { World } from '../world.ts';
import { checkConfigPermissions } from './config-permissions.ts';
import { createDisk } from './create-disks.ts';
import { freeDisk } from './disks.ts';
import { drivesIn } from './drives.ts';
import { birthMarks, withMacs } from './identity.ts';
import { checkHookscript, checkSshKeys, checkStorageAccess } from './option-checks.ts';
import { startGuest } from './power.ts';
import { takenOn } from './taken.ts';

/** Parameters of POST …/qemu that are not options of the guest. */
const NOT_OPTIONS = [
  'node',
  'vmid',
  'archive',
  'bwlimit',
  'force',
  'ha-managed',
  'import-working-storage',
  'live-restore',
  'pool',
  'start',
  'storage',
  'unique',
];

/** POST /nodes/{node}/qemu: checks at once, then a task that makes the disks. */
export function createGuest(call: Call): string {
  const { world, node, vmid } = call;
  const pool = call.given.text('pool');
  const options = optionsOf(call);
  if (options.sshkeys !== undefined) checkSshKeys(options.sshkeys);
  checkAllowed(call, pool);
  if (call.given.has('archive')) throw badParameters({ archive: 'the sandbox cannot restore backups' });
  checkStorageAccess(call, options);
  checkConfigPermissions(call, { vmid, pool }, options);
  if (options.hookscript !== undefined) checkHookscript(world, node, options.hookscript);
  lockNewId(world, { vmid, node, text: `unable to create VM ${vmid} - `, lock: 'create' });
  const start = call.given.flag('start');
  return call.startTask({
    node,
    type: 'qmcreate',
    id: String(vmid),
    creates: vmid,
    abandon: () => world.guests.delete(vmid),
    work: (task) =>
      world.locks
        .guest(vmid, { seconds: 1 }, async () => {
          const made: Volume[] = [];
          try {
            const disks = await createDisks(call, { options, made, log: task.log });
            const all = withMacs(world, { ...options, ...disks });
            const boot = all.boot ?? defaultBoot(all);
            const values = { ...all, ...birthMarks(world, all), ...(boot === undefined ? {} : { boot }) };
            world.guests.write(vmid, node, { values, pending: {} });
            if (pool !== undefined) addToPool(world, pool, vmid);
          } catch (error) {
            if (world.pace.closed) throw error;
            for (const volume of made) freeDisk(world, node, volume.volid);
            world.guests.delete(vmid);
            throw fail(
              `unable to create VM ${vmid} - ${error instanceof Error ? error.message.trimEnd() : error}`,
            );
          }
        })
        .then(async () => {
          if (start) await startGuest(world, { node, vmid, log: task.log });
        }),
  });
}

/** Puts a configuration with a lock where the new guest will be; throws when the id is taken anywhere. */
function lockNewId(world: World, target: { vmid: number; node: string; text: string; lock: string }): void {
  const owner = takenOn(world, target.vmid);
  if (owner !== undefined) throw fail(`${target.text}VM ${target.vmid} already exists on node '${owner}'`);
  world.guests.write(target.vmid, target.node, { values: { lock: target.lock }, pending: {} });
}

export function addToPool(world: World, poolid: string, vmid: number): void {
  const pool = world.users.config.pools.get(poolid);
  if (!pool || pool.vms.includes(vmid)) return;
  pool.vms.push(vmid);
  world.users.save();
}

/** Throws the real 403 for a pool that is not there. */
export function checkPool(world: World, pool: string | undefined): void {
  if (pool !== undefined && !world.users.config.pools.has(pool))
    throw denied(`pool '${pool}' does not exist`);
}

/** The guest options among a request's parameters, as text. `cdrom` is another name for ide2. */
export function optionsOf(call: Call, except: readonly string[] = NOT_OPTIONS): Record<string, string> {
  const options: Record<string, string> = {};
  for (const [name, value] of Object.entries(call.values)) {
    if (except.includes(name) || Array.isArray(value)) continue;
    if (name === 'cdrom') options.ide2 = `${value}${String(value).includes('media=') ? '' : ',media=cdrom'}`;
    else options[name] = String(value);
  }
  return options;
}

function checkAllowed(call: Call, pool: string | undefined): void {
  checkPool(call.world, pool);
  const storage = call.given.text('storage');
  if (storage !== undefined) call.need(`/storage/${storage}`, ['Datastore.AllocateSpace']);
  if (call.can(`/vms/${call.vmid}`, ['VM.Allocate'])) return;
  if (pool !== undefined && call.can(`/pool/${pool}`, ['VM.Allocate'])) return;
  throw denied();
}

async function createDisks(
  call: Call,
  how: { options: Readonly<Record<string, string>>; made: Volume[]; log: (line: string) => void },
): Promise<Record<string, string>> {
  const target = { world: call.world, node: call.node, vmid: call.vmid, log: how.log, made: how.made };
  const disks: Record<string, string> = {};
  for (const drive of drivesIn(how.options)) disks[drive.name] = await createDisk(target, drive);
  return disks;
}

/** What PVE boots from when nothing is said: the first disk, the CD drive, the NIC. */
function defaultBoot(values: Readonly<Record<string, string>>): string | undefined {
  const drives = drivesIn(values);
  const disk = drives.find(
    (drive) => drive.options.media !== 'cdrom' && !/^(efidisk|tpmstate)/.test(drive.name),
  );
  const cdrom = drives.find((drive) => drive.options.media === 'cdrom' && !/cloudinit/.test(drive.file));
  const nic = Object.keys(values)
    .filter((name) => /^net\d+$/.test(name))
    .sort()[0];
  const order = [disk?.name, cdrom?.name, nic].filter((name) => name !== undefined);
  return order.length === 0 ? undefined : `order=${order.join(';')}`;
}
