import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readImage } from '../mirror/stand-in.ts';
import { fail } from '../refusal.ts';
import type { Volume } from '../state/volumes.ts';
import type { World } from '../world.ts';
import { contentFile } from './content.ts';
import { allocateDisk, availableOn, formatOn, noSpace, volidInConfig } from './disks.ts';
import { type Drive, formatSize, isCdrom, isCloudInit, printDrive } from './drives.ts';
import { transfer } from './transfer.ts';

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;
const CLOUD_INIT_SIZE = 4 * MiB;
/** Of OVMF's variables in the 4 MiB and the 2 MiB build. */
const EFI_SIZE = { '4m': 540_672, '2m': 131_072 } as const;
const EXTENT = 4 * MiB;

export interface DiskTarget {
  readonly world: World;
  readonly node: string;
  readonly vmid: number;
  readonly log: (line: string) => void;
  /** Volumes made so far, for taking them back when a later one fails. */
  readonly made: Volume[];
}

/** Whether a drive asks for a new volume: `<storage>:<GiB>` or `<storage>:cloudinit`. */
export function isNewDisk(drive: Drive): boolean {
  return /^[^:/]+:(?:\d+(?:\.\d+)?|cloudinit)$/.test(drive.file);
}

/** Makes what a drive of a request asks for; returns how the configuration says it. */
export async function createDisk(target: DiskTarget, drive: Drive): Promise<string> {
  if (!isNewDisk(drive)) return existingDrive(target, drive);
  const [storageId = '', wish = ''] = drive.file.split(':');
  const storage = target.world.storages.on(target.node, storageId);
  if (wish === 'cloudinit') return createCloudInit(target, drive, storageId);
  const { 'import-from': source, format, ...options } = drive.options;
  if (source !== undefined) return importDisk(target, drive, source);
  const size = sizeOf(drive, Number(wish), storage.type);
  const volume = allocateDisk(
    target.world,
    {
      node: target.node,
      storage,
      vmid: target.vmid,
      size,
      format: formatOn(storage, drive.name === 'efidisk0' ? (format ?? 'raw') : format),
    },
    target.log,
  );
  target.made.push(volume);
  if (drive.name === 'efidisk0') await transfer(target.world, { size, used: 0 }, target.log);
  return created(target, {
    name: drive.name,
    file: volume.volid,
    options: { ...options, size: formatSize(size) },
  });
}

function createCloudInit(target: DiskTarget, drive: Drive, storageId: string): string {
  const storage = target.world.storages.on(target.node, storageId);
  const format = formatOn(storage, drive.options.format, 'qcow2');
  const order = {
    node: target.node,
    storage,
    vmid: target.vmid,
    size: CLOUD_INIT_SIZE,
    used: 266_240,
    format,
    cloudInit: true,
  };
  const volume = allocateDisk(target.world, order, target.log);
  target.made.push(volume);
  return created(target, { name: drive.name, file: volume.volid, options: { media: 'cdrom' } });
}

async function importDisk(target: DiskTarget, drive: Drive, source: string): Promise<string> {
  const { world, node, vmid, log } = target;
  const storage = world.storages.on(node, drive.file.split(':')[0] ?? '');
  const image = sourceImage(world, node, source);
  const { 'import-from': _, format, ...options } = drive.options;
  if (image.used > availableOn(world, storage, node)) throw noSpace(world, storage, { vmid, node });
  const into = formatOn(storage, format, image.absolute ? 'raw' : image.format);
  const order = { node, storage, vmid, size: image.size, used: image.used, format: into };
  const volume = allocateDisk(world, order, log);
  target.made.push(volume);
  await transfer(world, image, log);
  const shown = { ...options, size: formatSize(image.size) };
  return created(target, { name: drive.name, file: volume.volid, options: shown });
}

interface SourceImage {
  readonly size: number;
  readonly used: number;
  readonly format: string;
  readonly absolute: boolean;
}

/** The image that `import-from` names: a file of an import storage, a path, or another guest's disk. */
function sourceImage(world: World, node: string, source: string): SourceImage {
  if (source.startsWith('/')) {
    const path = join(world.stateDir, 'nodes', node, 'rootfs', source);
    if (!existsSync(path)) throw fail(`failed to stat '${source}'`);
    return { ...imageAt(path), absolute: true };
  }
  const storage = world.storages.on(node, source.split(':')[0] ?? '');
  const file = contentFile(world, node, source);
  if (file) {
    if (!existsSync(file.path)) throw fail(`failed to stat '${file.shown}'`);
    return { ...imageAt(file.path), absolute: false };
  }
  const volume = world.volumes.find(storage, node, source);
  if (!volume) throw fail(`volume '${source}' does not exist`);
  return { size: volume.size, used: volume.used, format: volume.format, absolute: false };
}

function imageAt(path: string): { size: number; used: number; format: string } {
  const { size: fileSize } = statSync(path);
  const { format, virtualSize } = readImage(path);
  // A stand-in of a few kilobytes speaks for a real image, of which about a quarter is filled.
  const used = fileSize >= MiB ? Math.min(fileSize, virtualSize) : Math.floor(virtualSize / 4);
  return { size: virtualSize, used, format };
}

function existingDrive(target: DiskTarget, drive: Drive): string {
  const { world, node } = target;
  if (drive.file === 'none' || drive.file === 'cdrom' || drive.file.startsWith('/')) return printDrive(drive);
  const storage = world.storages.on(node, drive.file.split(':')[0] ?? '');
  const file = contentFile(world, node, drive.file);
  if (file) {
    if (!existsSync(file.path)) throw fail(`volume '${drive.file}' does not exist`);
    return printDrive({
      ...drive,
      options: { ...drive.options, size: formatSize(statSync(file.path).size) },
    });
  }
  const volume = world.volumes.find(storage, node, drive.file);
  if (!volume) throw fail(`volume '${drive.file}' does not exist`);
  if (isCdrom(drive) && !isCloudInit(drive)) return printDrive(drive);
  return printDrive({
    ...drive,
    file: volidInConfig(volume),
    options: { ...drive.options, size: formatSize(volume.size) },
  });
}

function sizeOf(drive: Drive, gibibytes: number, storageType: string): number {
  if (drive.name === 'tpmstate0') return 4 * MiB;
  if (drive.name !== 'efidisk0') return Math.round(gibibytes * GiB);
  const size = EFI_SIZE[drive.options.efitype === '4m' ? '4m' : '2m'];
  return storageType === 'dir' || storageType === 'nfs' ? size : Math.ceil(size / EXTENT) * EXTENT;
}

function created(target: DiskTarget, drive: Drive): string {
  const text = printDrive(drive);
  target.log(`${drive.name}: successfully created disk '${text}'`);
  return text;
}
