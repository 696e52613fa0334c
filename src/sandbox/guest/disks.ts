import { fail } from '../refusal.ts';
import type { Section } from '../state/section-config.ts';
import { contentOf, isFileBased, pathOf } from '../state/storages.ts';
import type { Volume } from '../state/volumes.ts';
import type { World } from '../world.ts';

type Log = (line: string) => void;

export interface DiskOrder {
  readonly node: string;
  readonly storage: Section;
  readonly vmid: number;
  readonly format: string;
  readonly size: number;
  /** Bytes that it takes at once; thin volumes start with next to nothing. */
  readonly used?: number;
  readonly parent?: Volume;
  readonly cloudInit?: boolean;
}

const QCOW2_METADATA = 262_144;

/** Bytes that are still free, as the storage's status shows them. */
export function availableOn(world: World, storage: Section, node: string): number {
  const { total, used, reserved } = world.storages.capacity(storage.id);
  return Math.max(0, total - used - reserved - world.volumes.used(storage, node));
}

/** The format that a new image gets on a storage, from the one that is wished for. */
export function formatOn(storage: Section, wished: string | undefined, otherwise = 'raw'): string {
  if (!isFileBased(storage)) return 'raw';
  return wished ?? otherwise;
}

/** Makes a volume's record under the next free name. Throws when the storage is full. */
export function allocateDisk(world: World, order: DiskOrder, log: Log): Volume {
  const { storage, node, vmid, size } = order;
  if (!contentOf(storage).includes('images')) {
    throw fail(`storage '${storage.id}' does not support content-type 'images'`);
  }
  const used = order.used ?? (order.format === 'qcow2' ? QCOW2_METADATA : 0);
  if (used > availableOn(world, storage, node)) throw noSpace(world, storage, { vmid, node });
  const name = nextName(world, order);
  const volid = `${storage.id}:${isFileBased(storage) ? `${vmid}/` : ''}${name}`;
  const parent = order.parent ? { parent: order.parent.volid } : {};
  const volume = { volid, vmid, format: order.format, size, used, ctime: world.pace.seconds(), ...parent };
  logAllocation(storage, { volume, parent: order.parent }, log);
  world.volumes.add(storage, node, volume);
  return volume;
}

export function freeDisk(world: World, node: string, volid: string): void {
  const storage = world.storages.file.get(volid.split(':')[0] ?? '');
  if (storage) world.volumes.delete(storage, node, volid);
}

/** How the configuration names a volume: a linked clone on its base. */
export function volidInConfig(volume: Volume): string {
  if (volume.parent === undefined) return volume.volid;
  const at = volume.volid.indexOf(':');
  return `${volume.parent}/${volume.volid.slice(at + 1)}`;
}

/** The path or name under which QEMU opens a volume. */
export function volumePath(storage: Section, volid: string): string {
  const name = volid.slice(volid.indexOf(':') + 1);
  const last = name.split('/').slice(-2).join('/');
  const path = pathOf(storage);
  if (path !== undefined) return `${path}/images/${last}`;
  const own = name.split('/').at(-1) ?? '';
  if (storage.type === 'rbd')
    return `rbd:${storage.values.pool ?? 'rbd'}/${own}:conf=/etc/pve/ceph.conf:id=admin`;
  return `/dev/${storage.values.vgname ?? storage.values.pool ?? 'pve'}/${own}`;
}

export function noSpace(world: World, storage: Section, at: { vmid: number; node: string }): Error {
  if (storage.type === 'lvmthin') {
    const pool = `${storage.values.vgname}/${storage.values.thinpool}`;
    return fail(
      `lvcreate '${storage.values.vgname}/vm-${at.vmid}-disk-0' error: Cannot create new thin volume, free space in thin pool ${pool} reached threshold.`,
    );
  }
  const path = volumePath(storage, `${storage.id}:${at.vmid}/vm-${at.vmid}-disk-0.raw`);
  return fail(
    `copy failed: qemu-img: error while writing to '${path}': No space left on device (${availableOn(world, storage, at.node)} bytes free)`,
  );
}

function nextName(world: World, order: DiskOrder): string {
  const { storage, node, vmid } = order;
  const ending = isFileBased(storage) ? `.${order.format}` : '';
  if (order.cloudInit) return `vm-${vmid}-cloudinit${ending}`;
  const taken = world.volumes.of(storage, node, vmid).map((volume) => /disk-(\d+)/.exec(volume.volid)?.[1]);
  let number = 0;
  while (taken.includes(String(number))) number += 1;
  return `vm-${vmid}-disk-${number}${ending}`;
}

function logAllocation(
  storage: Section,
  made: { volume: Volume; parent: Volume | undefined },
  log: Log,
): void {
  const { volume, parent } = made;
  const name = volume.volid.split('/').at(-1) ?? '';
  if (storage.type === 'lvmthin') log(`  Logical volume "${volume.volid.split(':')[1]}" created.`);
  if (!isFileBased(storage)) return;
  const path = volumePath(storage, volume.volid);
  if (parent) {
    const base = parent.volid.slice(parent.volid.indexOf(':') + 1);
    log(`clone ${base}: images, ${name}, ${volume.vmid} to ${name} (base=../${base})`);
  }
  log(`Formatting '${path}', ${formattingOf(volume, parent)}`);
}

function formattingOf(volume: Volume, parent: Volume | undefined): string {
  if (volume.format !== 'qcow2') return `fmt=${volume.format} size=${volume.size} preallocation=off`;
  const layout = parent ? 'cluster_size=131072 extended_l2=on' : 'cluster_size=65536 extended_l2=off';
  const backing = parent
    ? ` backing_file=../${parent.volid.slice(parent.volid.indexOf(':') + 1)} backing_fmt=${parent.format}`
    : '';
  return `fmt=qcow2 ${layout} preallocation=metadata compression_type=zlib size=${volume.size}${backing} lazy_refcounts=off refcount_bits=16`;
}
