import { randomUUID } from 'node:crypto';
import type { Call } from '../api/route.ts';
import { fail } from '../refusal.ts';
import { NET } from '../schema/guest-formats.ts';
import { readPropertyString } from '../schema/property-string.ts';
import { isShared } from '../state/storages.ts';
import type { Volume } from '../state/volumes.ts';
import { checkNoLock } from './change.ts';
import { needBridge } from './config-permissions.ts';
import { addToPool, checkPool } from './create.ts';
import { allocateDisk, formatOn, freeDisk, volidInConfig } from './disks.ts';
import { type Drive, drivesIn, formatSize, hasOwnVolume, isCloudInit, printDrive } from './drives.ts';
import { printNic, randomMac } from './identity.ts';
import { takenOn } from './taken.ts';
import { transfer } from './transfer.ts';

interface Plan {
  readonly newid: number;
  readonly target: string;
  readonly full: boolean;
  readonly storage: string | undefined;
  readonly format: string | undefined;
  readonly values: Readonly<Record<string, string>>;
}

/** POST …/clone: what can be seen at once is refused at once, the rest fails in the task, as the real one does. */
export function cloneGuest(call: Call): string {
  const { world, node, vmid, given } = call;
  const newid = given.integer('newid');
  const pool = given.text('pool');
  checkPool(world, pool);
  if (!world.guests.has(vmid, node))
    throw fail(`unable to find configuration file for VM ${vmid} on node '${node}'`);
  const target = given.text('target') ?? node;
  if (!world.nodes.find(target)) throw fail(`no such cluster node '${target}'`);
  if (takenOn(world, newid) !== undefined)
    throw fail(`unable to create VM ${newid}: config file already exists`);
  const conf = world.guests.read(vmid, node);
  checkNoLock(conf);
  const isTemplate = conf.values.template === '1';
  const full = given.has('full') ? given.flag('full') : !isTemplate;
  if (!full && given.has('storage')) throw fail("parameter 'storage' not allowed for linked clones");
  if (!full && given.has('format')) throw fail("parameter 'format' not allowed for linked clones");
  const plan = {
    newid,
    target,
    full,
    storage: given.text('storage'),
    format: given.text('format'),
    values: conf.values,
  };
  checkDrives(call, plan);
  for (const [name, value] of Object.entries(conf.values)) {
    const nic = /^net\d+$/.test(name) ? readPropertyString(NET, value) : {};
    if (nic.bridge !== undefined) needBridge(call, nic.bridge, nic.tag);
  }
  world.guests.write(newid, target, { values: { lock: 'clone' }, pending: {} });
  const shared = world.running.get(vmid) === undefined;
  return call.startTask({
    node,
    type: 'qmclone',
    id: String(vmid),
    creates: newid,
    abandon: () => world.guests.delete(newid),
    work: async (task) => {
      const made: Volume[] = [];
      try {
        await world.locks.guest(newid, { seconds: 1 }, () =>
          world.locks.guest(vmid, { seconds: 1, shared }, async () => {
            const values = await copy(call, plan, { made, log: task.log });
            world.guests.write(newid, target, { values, pending: {} });
            if (pool !== undefined) addToPool(world, pool, newid);
          }),
        );
      } catch (error) {
        if (world.pace.closed) throw error;
        for (const volume of made) freeDisk(world, target, volume.volid);
        world.guests.delete(newid);
        const text = error instanceof Error ? error.message.trimEnd() : String(error);
        throw fail(text.endsWith('got timeout') ? text : `clone failed: ${text}`);
      }
    },
  });
}

function checkDrives(call: Call, plan: Plan): void {
  const { world, node } = call;
  for (const drive of drivesIn(plan.values).filter(hasOwnVolume)) {
    const storage = world.storages.get(drive.file.split(':')[0] ?? '');
    if (plan.target !== node && !isShared(storage)) {
      throw fail(`can't clone VM to node '${plan.target}' (VM uses local storage)`);
    }
    if (!plan.full && !isCloudInit(drive) && !/[:/]base-\d+-disk-\d+[^/]*$/.test(drive.file)) {
      throw fail(`Linked clone feature is not supported for '${drive.file}' (${drive.name})`);
    }
    const to = plan.storage ?? storage.id;
    const target = world.storages.on(plan.target, to);
    if (plan.target !== node && !isShared(target)) throw fail(`can't clone to non-shared storage '${to}'`);
    call.need(`/storage/${to}`, ['Datastore.AllocateSpace']);
  }
}

async function copy(
  call: Call,
  plan: Plan,
  to: { made: Volume[]; log: (line: string) => void },
): Promise<Record<string, string>> {
  const { world, given, vmid } = call;
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(plan.values)) {
    if (/^(template|lock|parent|snaptime|vmstate|vmgenid|unused\d+|protection)$/.test(name)) continue;
    const isNic = /^net\d+$/.test(name);
    values[name] = isNic ? printNic({ ...readPropertyString(NET, value), macaddr: randomMac(world) }) : value;
  }
  values.name = given.text('name') ?? `Copy-of-VM-${plan.values.name ?? vmid}`;
  const description = given.text('description');
  if (description !== undefined) values.description = description;
  values.smbios1 = [`uuid=${randomUUID()}`, ...(plan.values.smbios1 ?? '').split(',').slice(1)].join(',');
  if (plan.values.vmgenid !== undefined) values.vmgenid = randomUUID();
  for (const drive of drivesIn(plan.values).filter(hasOwnVolume)) {
    values[drive.name] = await copyDrive(call, plan, { ...to, drive });
  }
  return values;
}

async function copyDrive(
  call: Call,
  plan: Plan,
  of: { made: Volume[]; log: (line: string) => void; drive: Drive },
): Promise<string> {
  const { world, node } = call;
  const { drive, log, made } = of;
  const source = world.storages.get(drive.file.split(':')[0] ?? '');
  const volume = world.volumes.find(source, node, drive.file);
  if (!volume) throw fail(`volume '${drive.file}' does not exist`);
  const cloudInit = isCloudInit(drive);
  const linked = !plan.full && !cloudInit;
  log(`create ${linked ? 'linked' : 'full'} clone of drive ${drive.name} (${drive.file})`);
  const storage = world.storages.on(plan.target, linked ? source.id : (plan.storage ?? source.id));
  const order = {
    node: plan.target,
    storage,
    vmid: plan.newid,
    size: volume.size,
    format: formatOn(storage, linked ? 'qcow2' : cloudInit ? volume.format : (plan.format ?? volume.format)),
    cloudInit,
    ...(linked ? { parent: volume } : { used: volume.used }),
  };
  const copy = allocateDisk(world, order, log);
  made.push(copy);
  if (linked) await world.pace.wait(LINKED_MS);
  else if (cloudInit) log(`allocated target volume '${copy.volid}'`);
  else await transfer(world, volume, log);
  return printDrive({
    ...drive,
    file: volidInConfig(copy),
    options: { ...drive.options, size: formatSize(copy.size) },
  });
}

/** A linked clone takes 272 ms to its task's end on the real node, most of it process start. */
const LINKED_MS = 150;
