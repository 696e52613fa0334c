import { huffmanLengths, treeBits } from './huffman-size.ts';
import { type Block, matchBlocks } from './match-blocks.ts';

/**
 * How many bytes Go's `compress/flate` at its best level makes of the content, the empty block at its end
 * included. It differs from zlib in how it searches (RFC 1951 leaves that open), and the real tool chooses
 * between encodings by this length.
 */
export function goDeflateLength(content: Uint8Array): number {
  let bits = 0;
  for (const block of matchBlocks(content)) {
    const coded = codedBits(block);
    const stored = (block.size + 5) * 8;
    // A stored block starts at a byte; its header is counted with the bits that fill the byte before.
    if (block.size <= MAX_STORED && stored < coded)
      bits = Math.ceil((bits + 3) / 8) * 8 + 32 + block.size * 8;
    else bits += coded;
  }
  return Math.ceil((bits + 3) / 8) + 4;
}

const MAX_STORED = 65_535;

/** RFC 1951, 3.2.5: extra bits of the length codes from 257 and of the distance codes. */
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const distanceExtra = (code: number) => (code < 4 ? 0 : (code >> 1) - 1);

/** Bits of a block with the cheaper of the fixed and the made-to-measure code. */
function codedBits({ literals, distances }: Block): number {
  const literalCount = lastUsed(literals) + 1;
  const distanceCount = lastUsed(distances) + 1;
  let extra = 0;
  for (let code = 257; code < literalCount; code++) extra += literals[code]! * LENGTH_EXTRA[code - 257]!;
  for (let code = 0; code < distanceCount; code++) extra += distances[code]! * distanceExtra(code);
  // A block without matches still describes a distance code, and Go counts it as used once.
  const used = distanceCount > 0 ? distances.slice(0, distanceCount) : Uint32Array.of(1);

  let fixed = 3;
  for (const [code, count] of literals.entries()) fixed += count * fixedLength(code);
  for (const count of used) fixed += count * 5;

  const literalLengths = huffmanLengths(literals.slice(0, literalCount), 15);
  const distanceLengths = huffmanLengths(used, 15);
  const dynamic =
    3 +
    treeBits([...literalLengths, ...distanceLengths]) +
    weigh(literals, literalLengths) +
    weigh(used, distanceLengths);
  const phantom = distanceCount > 0 ? 0 : 1;
  // The code counted for nothing is weighed but not written.
  return dynamic < fixed ? dynamic - phantom + extra : fixed - 5 * phantom + extra;
}

function fixedLength(code: number): number {
  if (code < 144) return 8;
  if (code < 256) return 9;
  return code < 280 ? 7 : 8;
}

function lastUsed(counts: Uint32Array): number {
  return counts.findLastIndex((count) => count > 0);
}

function weigh(counts: Uint32Array, lengths: readonly number[]): number {
  let bits = 0;
  for (const [code, length] of lengths.entries()) bits += counts[code]! * length;
  return bits;
}
