import type { Findings } from '../report.ts';
import { isTrue, numberOf, type Struct, structOf, structsOf, textOf } from '../schema/value.ts';
import { SENTENCES } from '../sentences.ts';

/** Partition labels that Fedora CoreOS's image uses, and their numbers there. */
const RESERVED: Record<string, number> = {
  'BIOS-BOOT': 1,
  'PowerPC-PReP-boot': 1,
  'EFI-SYSTEM': 2,
  boot: 3,
  root: 4,
};

// Less leaves too little room for updates.
const LEAST_ROOT_MIB = 8192;

/** Warns of changes to the boot disk that will not do what they seem to. `rootSize`: from Fedora CoreOS 1.3. */
export function checkPartitions(
  config: Struct,
  { findings, rootSize }: { findings: Findings; rootSize: boolean },
): void {
  for (const [i, disk] of structsOf(structOf(config, 'storage'), 'disks').entries()) {
    const partitions = structsOf(disk, 'partitions');
    for (const [p, partition] of partitions.entries()) {
      const at = ['storage', 'disks', i, 'partitions', p];
      const label = textOf(partition, 'label');
      if (label === undefined) continue;
      if (rootSize && label === 'root') {
        const size = numberOf(partition, 'sizeMiB') ?? 0;
        const others = partitions.filter((_, index) => index !== p);
        // The real tool spells this one path as Butane does.
        if (size !== 0 && size < LEAST_ROOT_MIB) findings.warn([...at, 'size_mib'], SENTENCES.rootTooSmall);
        else if (size === 0 && others.some((other) => (numberOf(other, 'startMiB') ?? 0) === 0)) {
          findings.warn([...at, 'label'], SENTENCES.rootConstrained);
        }
      }
      const number = Object.hasOwn(RESERVED, label) ? RESERVED[label] : undefined;
      if (number !== undefined && !isTrue(disk, 'wipeTable') && numberOf(partition, 'number') !== number) {
        findings.warn([...at, 'label'], SENTENCES.wrongPartitionNumber);
      }
    }
  }
}
