import {
  boolean,
  formatted,
  integer,
  number,
  oneOf,
  type PropertyFormat,
  required,
  text,
} from './parameter.ts';

const IMAGE_FORMATS = ['raw', 'qcow', 'qed', 'qcow2', 'vmdk', 'cloop'];
const FILE = {
  file: required(formatted('pve-volume-id-or-qm-path', { defaultKey: true })),
  volume: { alias: 'file' },
} as const;
const IMPORT = { 'import-from': formatted('pve-volume-id-or-absolute-path') } as const;
const seconds = integer({ minimum: 1 });

const SHARED_BY_ALL: PropertyFormat = {
  ...FILE,
  ...IMPORT,
  aio: oneOf(['native', 'threads', 'io_uring']),
  backup: boolean(),
  bps: integer(),
  bps_rd: integer(),
  bps_wr: integer(),
  bps_max_length: seconds,
  bps_rd_max_length: seconds,
  bps_wr_max_length: seconds,
  bps_rd_length: { alias: 'bps_rd_max_length' },
  bps_wr_length: { alias: 'bps_wr_max_length' },
  cache: oneOf(['none', 'writethrough', 'writeback', 'unsafe', 'directsync']),
  detect_zeroes: boolean(),
  discard: oneOf(['ignore', 'on']),
  format: oneOf(IMAGE_FORMATS),
  iops: integer(),
  iops_max: integer(),
  iops_rd: integer(),
  iops_rd_max: integer(),
  iops_wr: integer(),
  iops_wr_max: integer(),
  iops_max_length: seconds,
  iops_rd_max_length: seconds,
  iops_wr_max_length: seconds,
  iops_rd_length: { alias: 'iops_rd_max_length' },
  iops_wr_length: { alias: 'iops_wr_max_length' },
  mbps: number(),
  mbps_max: number(),
  mbps_rd: number(),
  mbps_rd_max: number(),
  mbps_wr: number(),
  mbps_wr_max: number(),
  media: oneOf(['cdrom', 'disk']),
  replicate: boolean(),
  rerror: oneOf(['ignore', 'report', 'stop']),
  serial: formatted('urlencoded', { maxLength: 60 }),
  shared: boolean(),
  size: formatted('disk-size'),
  snapshot: boolean(),
  werror: oneOf(['enospc', 'ignore', 'report', 'stop']),
};

const SSD = { ssd: boolean() } as const;
const WWN = { wwn: text({ pattern: '(0x)[0-9a-fA-F]{16}' }) } as const;
const IOTHREAD = { iothread: boolean(), ro: boolean() } as const;

export const IDE: PropertyFormat = {
  ...SHARED_BY_ALL,
  ...SSD,
  ...WWN,
  model: formatted('urlencoded', { maxLength: 120 }),
};
export const SATA: PropertyFormat = { ...SHARED_BY_ALL, ...SSD, ...WWN };
export const VIRTIO: PropertyFormat = { ...SHARED_BY_ALL, ...IOTHREAD };
export const SCSI: PropertyFormat = {
  ...SHARED_BY_ALL,
  ...SSD,
  ...WWN,
  ...IOTHREAD,
  product: text({ pattern: '[A-Za-z0-9\\-_\\s]{0,16}' }),
  queues: integer({ minimum: 2 }),
  scsiblock: boolean(),
  vendor: text({ pattern: '[A-Za-z0-9\\-_\\s]{0,8}' }),
};
export const EFIDISK: PropertyFormat = {
  ...FILE,
  ...IMPORT,
  efitype: oneOf(['2m', '4m']),
  format: oneOf(IMAGE_FORMATS),
  'ms-cert': oneOf(['2011', '2023', '2023w', '2023k']),
  'pre-enrolled-keys': boolean(),
  size: formatted('disk-size'),
};
export const TPMSTATE: PropertyFormat = {
  ...FILE,
  ...IMPORT,
  format: oneOf(['raw', 'qcow2', 'vmdk']),
  size: formatted('disk-size'),
  version: oneOf(['v1.2', 'v2.0']),
};
export const UNUSED: PropertyFormat = {
  file: required(formatted('pve-volume-id', { defaultKey: true })),
  volume: { alias: 'file' },
};

/** The slots of each bus, which is also how many `name[n]` parameters there are. */
export const DRIVE_SLOTS = { ide: 4, scsi: 31, virtio: 16, sata: 6 } as const;
export const UNUSED_SLOTS = 256;

const numbered = (bus: keyof typeof DRIVE_SLOTS) =>
  Array.from({ length: DRIVE_SLOTS[bus] }, (_, index) => `${bus}${index}`);

/** Every name that can hold a disk, in the order of the API's own list. */
export const DRIVE_NAMES: readonly string[] = [
  ...numbered('ide'),
  ...numbered('scsi'),
  ...numbered('virtio'),
  ...numbered('sata'),
  'efidisk0',
  'tpmstate0',
];

/** The property string format of a drive name, such as `scsi3`. */
export function driveFormat(name: string): PropertyFormat | undefined {
  if (!DRIVE_NAMES.includes(name)) return /^unused\d+$/.test(name) ? UNUSED : undefined;
  if (name === 'efidisk0') return EFIDISK;
  if (name === 'tpmstate0') return TPMSTATE;
  if (name.startsWith('ide')) return IDE;
  if (name.startsWith('sata')) return SATA;
  return name.startsWith('scsi') ? SCSI : VIRTIO;
}
