import { closeSync, openSync, readSync, statSync } from 'node:fs';

export type ImageFormat = 'qcow2' | 'raw';

const CLUSTER = 65_536;

/** The beginning of an image that stands for a real one: QEMU would open it as an empty disk of that size. */
export function imageHeader(format: ImageFormat, virtualSize: number): Buffer {
  return format === 'qcow2' ? qcow2Header(virtualSize) : rawHeader();
}

/** What an image file says of itself: its format by its first bytes, and the disk size in bytes. */
export function readImage(path: string): { format: ImageFormat | 'vmdk'; virtualSize: number } {
  const head = Buffer.alloc(32);
  const handle = openSync(path, 'r');
  try {
    readSync(handle, head, 0, head.length, 0);
  } finally {
    closeSync(handle);
  }
  if (head.readUInt32BE(0) === MAGIC)
    return { format: 'qcow2', virtualSize: Number(head.readBigUInt64BE(24)) };
  if (head.subarray(0, 4).toString('latin1') === 'KDMV')
    return { format: 'vmdk', virtualSize: statSync(path).size };
  return { format: 'raw', virtualSize: statSync(path).size };
}

/** `QFI\xfb` */
const MAGIC = 0x514649fb;

/**
 * A whole qcow2 file of version 3 without any data: header, refcount table and block, an empty L1 table.
 * Layout as in docs/interop/qcow2.txt of QEMU.
 */
function qcow2Header(virtualSize: number): Buffer {
  const l1Entries = Math.ceil(virtualSize / (CLUSTER * (CLUSTER / 8)));
  const l1Clusters = Math.max(1, Math.ceil((l1Entries * 8) / CLUSTER));
  const file = Buffer.alloc((3 + l1Clusters) * CLUSTER);
  file.writeUInt32BE(MAGIC, 0);
  file.writeUInt32BE(3, 4);
  file.writeUInt32BE(16, 20);
  file.writeBigUInt64BE(BigInt(virtualSize), 24);
  file.writeUInt32BE(l1Entries, 36);
  file.writeBigUInt64BE(BigInt(3 * CLUSTER), 40);
  file.writeBigUInt64BE(BigInt(CLUSTER), 48);
  file.writeUInt32BE(1, 56);
  file.writeUInt32BE(4, 96);
  file.writeUInt32BE(104, 100);
  file.writeBigUInt64BE(BigInt(2 * CLUSTER), CLUSTER);
  for (let cluster = 0; cluster < 3 + l1Clusters; cluster++) file.writeUInt16BE(1, 2 * CLUSTER + cluster * 2);
  return file;
}

/** A boot sector with its signature and nothing to boot. */
function rawHeader(): Buffer {
  const file = Buffer.alloc(8192);
  file.writeUInt16LE(0xaa55, 510);
  return file;
}
