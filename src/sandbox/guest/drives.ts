import { DRIVE_NAMES, driveFormat } from '../schema/drive-formats.ts';
import { printPropertyString, readPropertyString } from '../schema/property-string.ts';

/** A drive of a configuration, taken apart: the volume (or `none`, a path, `<storage>:<GiB>`) and its options. */
export interface Drive {
  readonly name: string;
  readonly file: string;
  readonly options: Readonly<Record<string, string>>;
}

export function parseDrive(name: string, text: string): Drive | undefined {
  const format = driveFormat(name);
  if (!format) return undefined;
  const { file, ...options } = readPropertyString(format, text);
  return file === undefined ? undefined : { name, file, options };
}

export function printDrive(drive: Drive): string {
  return printPropertyString({ ...drive.options, file: drive.file }, 'file');
}

/** A CD drive, which a cloud-init drive is too. */
export function isCdrom(drive: Drive): boolean {
  return drive.options.media === 'cdrom' || drive.file === 'cdrom';
}

export function isCloudInit(drive: Drive): boolean {
  return /(?:^|[:/])(?:vm-\d+-)?cloudinit(?:\.\w+)?$/.test(drive.file);
}

/** A drive with an image or an own volume, so neither empty nor an ISO of others. */
export function hasOwnVolume(drive: Drive): boolean {
  return isCloudInit(drive) || (!isCdrom(drive) && drive.file.includes(':'));
}

/** The drives of a configuration, sorted by name. */
export function drivesIn(values: Readonly<Record<string, string>>): Drive[] {
  return Object.keys(values)
    .filter((name) => DRIVE_NAMES.includes(name))
    .sort()
    .flatMap((name) => parseDrive(name, values[name] ?? '') ?? []);
}

const UNITS = { K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 } as const;

/** `32G` → bytes. */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([KMGT])?$/.exec(text);
  const unit = match?.[2] as keyof typeof UNITS | undefined;
  return match ? Math.floor(Number(match[1]) * (unit ? UNITS[unit] : 1)) : 0;
}

/** Bytes → the biggest unit that divides them, as configurations have it: `256M`. */
export function formatSize(bytes: number): string {
  for (const unit of ['T', 'G', 'M', 'K'] as const) {
    if (bytes > 0 && bytes % UNITS[unit] === 0) return `${bytes / UNITS[unit]}${unit}`;
  }
  return String(bytes);
}

/** Bytes as task logs show them: `1.1 GiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let index = 0;
  while (value >= 1024 && index < units.length - 1) {
    value /= 1024;
    index += 1;
  }
  return `${value.toFixed(1)} ${units[index]}`;
}
