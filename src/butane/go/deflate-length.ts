import { constants, deflateRawSync } from 'node:zlib';

/** How many bytes Go's best compression makes of the content, the empty block at its end included. */
export function goDeflateLength(content: Uint8Array): number {
  const finishFlush = constants.Z_SYNC_FLUSH;
  return deflateRawSync(content, { level: 9, memLevel: 9, finishFlush }).length;
}
