import type { Call } from '../api/route.ts';
import { badParameters, fail } from '../refusal.ts';
import { checkNoLock } from './change.ts';
import { formatSize, parseDrive, parseSize, printDrive } from './drives.ts';

const RESIZE_MS = 60;

/** PUT …/resize: grows a disk in a task; what is wrong with it shows only there. */
export function resizeDisk(call: Call): string {
  const { world, node, vmid, given } = call;
  const name = given.need('disk');
  const size = given.need('size');
  const digest = given.text('digest');
  if (given.flag('skiplock') && !call.isRoot)
    throw badParameters({ skiplock: 'Only root may use this option.' });
  world.guests.read(vmid, node);
  return call.startTask({
    node,
    type: 'resize',
    id: String(vmid),
    work: (task) =>
      world.locks.guest(vmid, { seconds: 10 }, async () => {
        const conf = world.guests.read(vmid, node);
        if (digest !== undefined && digest !== world.guests.digest(vmid, node)) {
          throw fail('checksum mismatch (file change by other user?)');
        }
        checkNoLock(conf, { skipLock: given.flag('skiplock') });
        const drive = parseDrive(name, conf.values[name] ?? '');
        if (!drive) throw fail(`disk '${name}' does not exist`);
        if (drive.options.media === 'cdrom') throw fail("you can't resize a cdrom");
        await world.pace.wait(RESIZE_MS);
        const storage = world.storages.on(node, drive.file.split(':')[0] ?? '');
        const volume = world.volumes.find(storage, node, drive.file);
        if (!volume) throw fail(`volume '${drive.file}' does not exist`);
        const wanted = size.startsWith('+') ? volume.size + parseSize(size.slice(1)) : parseSize(size);
        if (wanted < volume.size) throw fail('shrinking disks is not supported');
        if (wanted === volume.size) return;
        world.volumes.add(storage, node, { ...volume, size: wanted });
        const text = printDrive({ ...drive, options: { ...drive.options, size: formatSize(wanted) } });
        world.guests.write(vmid, node, { ...conf, values: { ...conf.values, [name]: text } });
        if (volume.format === 'qcow2' || volume.format === 'raw') task.log('Image resized.');
      }),
  });
}
