import type { Call } from '../api/route.ts';
import { badParameters, fail } from '../refusal.ts';
import { DRIVE_NAMES, UNUSED_SLOTS } from '../schema/drive-formats.ts';
import { splitList } from '../schema/formats.ts';
import type { Conf } from '../state/conf.ts';
import type { Volume } from '../state/volumes.ts';
import type { World } from '../world.ts';
import { checkConfigPermissions } from './config-permissions.ts';
import { optionsOf } from './create.ts';
import { createDisk } from './create-disks.ts';
import { freeDisk } from './disks.ts';
import { drivesIn, hasOwnVolume, parseDrive } from './drives.ts';
import { withMacs } from './identity.ts';
import { checkHookscript, checkSshKeys, checkStorageAccess } from './option-checks.ts';

const NOT_OPTIONS = [
  'node',
  'vmid',
  'background_delay',
  'delete',
  'digest',
  'force',
  'import-working-storage',
  'revert',
  'skiplock',
];

/** What a running guest takes at once; the rest waits for its next start. */
const AT_ONCE =
  /^(name|description|tags|onboot|startup|protection|hookscript|lock|shares|vmstatestorage|ciuser|cipassword|citype|cicustom|ciupgrade|sshkeys|nameserver|searchdomain|ipconfig\d+|net\d+|scsi\d+|virtio\d+|sata\d+|ide\d+|unused\d+|usb\d+|agent|boot)$/;

export interface Change {
  readonly set: Readonly<Record<string, string>>;
  readonly delete: readonly string[];
  readonly revert: readonly string[];
  readonly digest: string | undefined;
  readonly skipLock: boolean;
}

/** The checks of PUT and POST …/config that come before the lock is taken. */
export function readChange(call: Call): Change {
  const set = optionsOf(call, NOT_OPTIONS);
  const change = {
    set,
    delete: splitList(call.given.text('delete') ?? ''),
    revert: splitList(call.given.text('revert') ?? ''),
    digest: call.given.text('digest'),
    skipLock: call.given.flag('skiplock'),
  };
  if (change.skipLock && !call.isRoot) throw badParameters({ skiplock: 'Only root may use this option.' });
  if (set.sshkeys !== undefined) checkSshKeys(set.sshkeys);
  for (const name of change.delete) {
    if (set[name] !== undefined)
      throw badParameters({ delete: `you can't use '-${name}' and '-delete ${name}' at the same time` });
  }
  const { world, node, vmid } = call;
  const pool = world.users.poolOf(vmid);
  const current = world.guests.read(vmid, node).values;
  const removed = Object.fromEntries(change.delete.map((name) => [name, current[name] ?? '']));
  checkConfigPermissions(call, { vmid, pool }, removed);
  checkConfigPermissions(call, { vmid, pool }, set);
  checkStorageAccess(call, newDrives(set, current));
  if (set.hookscript !== undefined) checkHookscript(world, node, set.hookscript);
  return change;
}

/** Changes a guest's configuration under its lock. */
export async function applyChange(call: Call, change: Change, log: (line: string) => void): Promise<void> {
  const { world, node, vmid } = call;
  await world.locks.guest(vmid, { seconds: 10 }, async () => {
    const conf = world.guests.read(vmid, node);
    if (change.digest !== undefined && change.digest !== world.guests.digest(vmid, node)) {
      throw fail('checksum mismatch (file change by other user?)');
    }
    checkNoLock(conf, change);
    const made: Volume[] = [];
    try {
      const disks: Record<string, string> = {};
      for (const drive of drivesIn(change.set)) {
        disks[drive.name] = await createDisk({ world, node, vmid, log, made }, drive);
      }
      const set = withMacs(world, { ...change.set, ...disks });
      const runs = world.running.get(vmid) !== undefined;
      world.guests.write(vmid, node, merge(world, node, { conf, change, set, runs }));
    } catch (error) {
      for (const volume of made) freeDisk(world, node, volume.volid);
      throw error;
    }
  });
}

/** The configuration after a stop or start: what was pending holds now. */
export function applyPending(world: World, vmid: number, node: string): void {
  const conf = world.guests.read(vmid, node);
  if (Object.keys(conf.pending).length === 0) return;
  const { delete: dropped = '', ...set } = conf.pending;
  const change: Change = { set, delete: splitList(dropped), revert: [], digest: undefined, skipLock: true };
  world.guests.write(
    vmid,
    node,
    merge(world, node, { conf: { ...conf, pending: {} }, change, set, runs: false }),
  );
}

export function checkNoLock(conf: Conf, options: { skipLock: boolean } = { skipLock: false }): void {
  const { lock } = conf.values;
  if (lock !== undefined && !options.skipLock) throw fail(`VM is locked (${lock})`);
}

interface Merge {
  readonly conf: Conf;
  readonly change: Change;
  readonly set: Readonly<Record<string, string>>;
  readonly runs: boolean;
}

function merge(world: World, node: string, { conf, change, set, runs }: Merge): Conf {
  const values: Record<string, string> = { ...conf.values };
  const pending: Record<string, string> = { ...conf.pending };
  const pendingDelete = new Set(splitList(pending.delete ?? ''));
  delete pending.delete;
  for (const name of change.revert) {
    delete pending[name];
    pendingDelete.delete(name);
  }
  for (const name of change.delete) {
    delete pending[name];
    if (values[name] === undefined) continue;
    if (runs && !AT_ONCE.test(name)) pendingDelete.add(name);
    else removeOption(world, node, { values, name });
  }
  for (const [name, value] of Object.entries(set)) {
    pendingDelete.delete(name);
    delete pending[name];
    if (values[name] === value) continue;
    if (runs && !AT_ONCE.test(name)) pending[name] = value;
    else setOption(values, name, value);
  }
  if (pendingDelete.size > 0) pending.delete = [...pendingDelete].join(',');
  return { values, pending };
}

function removeOption(
  world: World,
  node: string,
  from: { values: Record<string, string>; name: string },
): void {
  const { values, name } = from;
  const drive = parseDrive(name, values[name] ?? '');
  delete values[name];
  if (!drive) return;
  // A cloud-init drive and what is unused already go for good; other disks become unused.
  if (/^unused\d+$/.test(name) || /cloudinit/.test(drive.file)) freeDisk(world, node, drive.file);
  else if (hasOwnVolume(drive)) keepUnused(values, drive.file);
}

function setOption(values: Record<string, string>, name: string, value: string): void {
  if (DRIVE_NAMES.includes(name)) {
    const before = parseDrive(name, values[name] ?? '');
    const after = parseDrive(name, value);
    if (before && hasOwnVolume(before) && before.file !== after?.file) keepUnused(values, before.file);
    // A disk that comes back into a slot is no longer unused.
    for (const [key, other] of Object.entries(values)) {
      if (/^unused\d+$/.test(key) && other === after?.file) delete values[key];
    }
  }
  values[name] = value;
}

function keepUnused(values: Record<string, string>, volid: string): void {
  for (let slot = 0; slot < UNUSED_SLOTS; slot++) {
    if (values[`unused${slot}`] === undefined) {
      values[`unused${slot}`] = volid;
      return;
    }
  }
}

/** The drives of a request whose volume is not the one in that slot already. */
function newDrives(set: Readonly<Record<string, string>>, current: Readonly<Record<string, string>>) {
  const own = new Set(
    Object.keys(current).flatMap((name) => parseDrive(name, current[name] ?? '')?.file ?? []),
  );
  return Object.fromEntries(
    Object.entries(set).filter(([name, value]) => {
      const drive = parseDrive(name, value);
      return drive !== undefined && !own.has(drive.file);
    }),
  );
}
