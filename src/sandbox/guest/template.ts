import type { Call } from '../api/route.ts';
import { fail } from '../refusal.ts';
import type { Volume } from '../state/volumes.ts';
import { checkNoLock } from './change.ts';
import { freeDisk } from './disks.ts';
import { type Drive, drivesIn, hasOwnVolume, isCloudInit, printDrive } from './drives.ts';

const TEMPLATE_MS = 90;

/** POST …/template: the disks become base volumes. */
export function makeTemplate(call: Call): string {
  const { world, node, vmid } = call;
  const conf = world.guests.read(vmid, node);
  checkNoLock(conf);
  if (conf.values.template === '1' && !call.given.has('disk'))
    throw fail("you can't convert a template to a template");
  if (world.running.get(vmid)) throw fail("you can't convert a VM to template if VM is running");
  const only = call.given.text('disk');
  return call.startTask({
    node,
    type: 'qmtemplate',
    id: String(vmid),
    work: () =>
      world.locks.guest(vmid, { seconds: 10 }, async () => {
        await world.pace.wait(TEMPLATE_MS);
        const now = world.guests.read(vmid, node);
        const values: Record<string, string> = { ...now.values, template: '1' };
        const before: string[] = [];
        for (const drive of drivesIn(now.values)) {
          const wanted = only === undefined || only === drive.name;
          if (!wanted || !hasOwnVolume(drive) || isCloudInit(drive)) continue;
          values[drive.name] = toBase(call, drive);
          before.push(drive.file);
        }
        world.guests.write(vmid, node, { ...now, values });
        // Last, so that a kill never leaves a guest without its disks.
        for (const volid of before) if (!/[:/]base-[^/]*$/.test(volid)) freeDisk(world, node, volid);
      }),
  });
}

function toBase(call: Call, drive: Drive): string {
  const { world, node } = call;
  const storage = world.storages.get(drive.file.split(':')[0] ?? '');
  const volume = world.volumes.find(storage, node, drive.file);
  if (!volume) throw fail(`volume '${drive.file}' does not exist`);
  if (/[:/]base-/.test(volume.volid)) return printDrive(drive);
  const { parent: _, ...whole } = volume;
  const base: Volume = { ...whole, volid: volume.volid.replace(/([:/])vm-(\d+)-/, '$1base-$2-') };
  world.volumes.add(storage, node, base);
  return printDrive({ ...drive, file: base.volid });
}
