import { byteLength } from '../byte-text.ts';
import { isTrue, numberOf, type Struct, structsOf, textOf, textOrEmpty, textsOf } from '../schema/value.ts';
import { labelTooLong, SENTENCES } from '../sentences.ts';
import { checkPath } from './node.ts';
import { overlappingPartition } from './overlap.ts';
import type { CheckContext, Checks } from './walk.ts';

export const DISK_CHECKS: Checks = {
  Disk({ struct, path, findings }) {
    const device = textOrEmpty(struct, 'device');
    if (device === '') {
      findings.error([...path, 'device'], SENTENCES.diskDevice);
      return;
    }
    findings.error([...path, 'device'], checkPath(device));
    const partitions = structsOf(struct, 'partitions');
    const at = (index: number | undefined, sentence: string) => {
      if (index !== undefined) findings.error([...path, 'partitions', index], sentence);
    };
    at(repeatedNumber(partitions), SENTENCES.partitionNumbers);
    at(overlappingPartition(partitions), SENTENCES.partitionsOverlap);
    const removes = partitions.some((partition) => partition.shouldExist === false);
    if (removes && partitions.some((partition) => (numberOf(partition, 'number') ?? 0) === 0)) {
      findings.error([...path, 'partitions'], SENTENCES.zeroesWithRemoval);
    }
    at(repeatedLabel(partitions), SENTENCES.partitionLabels);
  },

  Partition({ struct, path, findings }) {
    const set = (name: string) => struct[name] !== undefined;
    const others =
      set('label') ||
      textOrEmpty(struct, 'typeGuid') !== '' ||
      textOrEmpty(struct, 'guid') !== '' ||
      set('startMiB') ||
      set('sizeMiB');
    if (struct.shouldExist === false && others) findings.error(path, SENTENCES.removalWithOthers);
    if ((numberOf(struct, 'number') ?? 0) === 0 && !set('label')) {
      findings.error(path, SENTENCES.labelOrNumber);
    }
    const label = textOrEmpty(struct, 'label');
    if (byteLength(label) > 36) findings.error([...path, 'label'], SENTENCES.partitionLabelLong);
    else if (label.includes(':')) findings.error([...path, 'label'], SENTENCES.partitionLabelColon);
    for (const name of ['guid', 'typeGuid']) {
      if (!GUID.test(textOrEmpty(struct, name))) findings.error([...path, name], SENTENCES.badGuid);
    }
  },

  Filesystem(context) {
    const { struct, path, findings } = context;
    const mountPoint = textOrEmpty(struct, 'path');
    if (mountPoint !== '') findings.error([...path, 'path'], checkPath(mountPoint));
    findings.error([...path, 'device'], checkPath(textOrEmpty(struct, 'device')));
    findings.error([...path, 'format'], formatProblem(context));
    findings.error([...path, 'label'], labelProblem(struct));
  },

  Raid({ struct, path, findings, minor }) {
    findings.error([...path, 'level'], raidLevelProblem(struct, minor));
    if (textsOf(struct, 'devices').length === 0) findings.error([...path, 'devices'], SENTENCES.raidDevices);
  },
};

const GUID = /^(|[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12})$/;

function repeatedNumber(partitions: readonly Struct[]): number | undefined {
  const seen = new Set<number | bigint>();
  for (const [i, partition] of partitions.entries()) {
    const number = numberOf(partition, 'number') ?? 0;
    if (number === 0) continue;
    if (seen.has(number)) return i;
    seen.add(number);
  }
  return undefined;
}

function repeatedLabel(partitions: readonly Struct[]): number | undefined {
  const seen = new Set<string>();
  for (const [i, partition] of partitions.entries()) {
    const label = textOf(partition, 'label');
    if (label === undefined) continue;
    if (seen.has(label)) return i;
    seen.add(label);
  }
  return undefined;
}

function formatProblem({ struct, minor }: CheckContext): string | undefined {
  const format = textOrEmpty(struct, 'format');
  if (format !== '') {
    const known = ['ext4', 'btrfs', 'xfs', 'swap', 'vfat'].includes(format);
    return known || (minor >= 3 && format === 'none') ? undefined : SENTENCES.badFormat;
  }
  const needsFormat =
    textOrEmpty(struct, 'path') !== '' ||
    textOrEmpty(struct, 'label') !== '' ||
    textOrEmpty(struct, 'uuid') !== '' ||
    isTrue(struct, 'wipeFilesystem') ||
    textsOf(struct, 'mountOptions').length > 0 ||
    textsOf(struct, 'options').length > 0;
  return needsFormat ? SENTENCES.formatRequired : undefined;
}

// Bytes, from the man pages of the mkfs tools; swap's was found by trying.
const LABEL_LIMITS: Record<string, number> = { ext4: 16, btrfs: 256, xfs: 12, swap: 15, vfat: 11 };

function labelProblem(struct: Struct): string | undefined {
  const label = textOrEmpty(struct, 'label');
  const format = textOrEmpty(struct, 'format');
  if (label === '') return undefined;
  if (format === '') return SENTENCES.labelNeedsFormat;
  const limit = Object.hasOwn(LABEL_LIMITS, format) ? LABEL_LIMITS[format]! : Number.POSITIVE_INFINITY;
  return byteLength(label) > limit ? labelTooLong(limit, format) : undefined;
}

const WITHOUT_SPARES = ['linear', 'raid0', '0', 'stripe'];
const WITH_SPARES = ['raid1', '1', 'mirror', 'raid4', '4', 'raid5', '5', 'raid6', '6', 'raid10', '10'];

function raidLevelProblem(struct: Struct, minor: number): string | undefined {
  const level = textOrEmpty(struct, 'level');
  if (level === '' && minor >= 3) return SENTENCES.raidLevel;
  if (WITHOUT_SPARES.includes(level)) {
    return (numberOf(struct, 'spares') ?? 0) === 0 ? undefined : SENTENCES.raidSpares;
  }
  return WITH_SPARES.includes(level) ? undefined : SENTENCES.raidLevelUnknown;
}
