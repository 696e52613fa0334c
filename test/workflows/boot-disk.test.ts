import { expect, test } from 'vitest';
import { bootDisk } from '../../src/workflows/cluster/guests/options.ts';

/** Templates of other people, and guests whose boot order was changed by hand. */
const cases: [config: Record<string, string>, disk: string][] = [
  [{}, 'scsi0'],
  [{ boot: 'order=scsi0', scsi0: 'ssd:vm-1-disk-0' }, 'scsi0'],
  [{ boot: 'order=scsi0;ide2;net0', scsi0: 'ssd:vm-1-disk-0', ide2: 'none,media=cdrom' }, 'scsi0'],
  [{ boot: 'order=ide2;virtio1;net0', virtio1: 'ssd:vm-1-disk-0', ide2: 'none,media=cdrom' }, 'virtio1'],
  [{ boot: 'order=net0', net0: 'virtio', scsi0: 'ssd:vm-1-disk-0' }, 'scsi0'],
  [{ boot: 'order=scsi1;sata3', scsi1: 'ssd:vm-1-cloudinit,media=cdrom', sata3: 'ssd:x' }, 'sata3'],
  [{ boot: 'order=scsi5', virtio0: 'ssd:vm-1-disk-0' }, 'virtio0'],
  [{ boot: 'cdn', bootdisk: 'virtio2', scsi0: 'ssd:data', virtio2: 'ssd:vm-1-disk-0' }, 'virtio2'],
];

test.each(cases)('%o', (config, disk) => {
  expect(bootDisk(config)).toBe(disk);
});
