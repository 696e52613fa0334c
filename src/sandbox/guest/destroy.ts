import type { Call } from '../api/route.ts';
import { badParameters, fail } from '../refusal.ts';
import type { Section } from '../state/section-config.ts';
import { checkNoLock } from './change.ts';
import { drivesIn, hasOwnVolume, parseDrive } from './drives.ts';

const DESTROY_MS = 100;

/** DELETE /nodes/{node}/qemu/{vmid}. */
export function destroyGuest(call: Call): string {
  const { world, node, vmid, given } = call;
  if (given.flag('skiplock') && !call.isRoot)
    throw badParameters({ skiplock: 'Only root may use this option.' });
  const conf = world.guests.read(vmid, node);
  checkNoLock(conf, { skipLock: given.flag('skiplock') });
  if (conf.values.protection === '1') throw fail(`can't remove VM ${vmid} - protection mode enabled`);
  const purge = given.flag('purge');
  if (!purge && world.haResources.get(String(vmid))) {
    throw fail(`unable to remove VM ${vmid} - used in HA resources and purge parameter not set.`);
  }
  if (world.running.get(vmid)) throw fail(`VM ${vmid} is running - destroy failed`);
  return call.startTask({
    node,
    type: 'qmdestroy',
    id: String(vmid),
    work: (task) =>
      world.locks.guest(vmid, { seconds: 10 }, async () => {
        await world.pace.wait(DESTROY_MS);
        const values = world.guests.read(vmid, node).values;
        if (world.running.get(vmid)) throw fail(`VM ${vmid} is running - destroy failed`);
        for (const storage of world.storages.ofNode(node)) checkNoLinkedClones(call, storage);
        removeDisks(call, values, given.flag('destroy-unreferenced-disks'));
        if (purge) {
          task.log(`purging VM ${vmid} from related configurations..`);
          if (world.haResources.get(String(vmid))) world.haResources.delete(String(vmid));
        }
        forget(call);
        world.guests.delete(vmid);
      }),
  });
}

function checkNoLinkedClones(call: Call, storage: Section): void {
  const { world, node, vmid } = call;
  const bases = world.volumes.of(storage, node, vmid).filter((volume) => /[:/]base-/.test(volume.volid));
  if (bases.length === 0) return;
  const parents = new Set(world.volumes.all(storage, node).map((volume) => volume.parent));
  for (const base of bases) {
    if (parents.has(base.volid)) throw fail(`base volume '${base.volid}' is still in use by linked cloned`);
  }
}

function removeDisks(call: Call, values: Readonly<Record<string, string>>, unreferenced: boolean): void {
  const { world, node, vmid } = call;
  const unused = Object.keys(values).filter((name) => /^unused\d+$/.test(name));
  const drives = [
    ...drivesIn(values),
    ...unused.flatMap((name) => parseDrive(name, values[name] ?? '') ?? []),
  ];
  for (const drive of drives.filter(hasOwnVolume)) {
    const storage = world.storages.file.get(drive.file.split(':')[0] ?? '');
    if (storage) world.volumes.delete(storage, node, drive.file);
  }
  if (!unreferenced) return;
  for (const storage of world.storages.ofNode(node)) {
    for (const volume of world.volumes.of(storage, node, vmid))
      world.volumes.delete(storage, node, volume.volid);
  }
}

/** The guest leaves its pool and its ACLs, purge or not. */
function forget(call: Call): void {
  const { users } = call.world;
  const path = `/vms/${call.vmid}`;
  const pool = [...users.config.pools.values()].find((one) => one.vms.includes(call.vmid));
  const acl = users.config.acl.filter((entry) => entry.path !== path);
  if (!pool && acl.length === users.config.acl.length) return;
  if (pool) pool.vms = pool.vms.filter((vmid) => vmid !== call.vmid);
  users.config.acl = acl;
  users.save();
}
