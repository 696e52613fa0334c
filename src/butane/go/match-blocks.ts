/** How often a block uses each code (RFC 1951, 3.2.5). */
export interface Block {
  /** Bytes, the end of the block (256) and match lengths. */
  literals: Uint32Array;
  distances: Uint32Array;
  /** Bytes of content in the block. */
  size: number;
}

// Go's settings for its best level.
const WINDOW = 32_768;
const LEAST_MATCH = 4;
const LONGEST_MATCH = 258;
const CHAIN = 4096;
const FAR = 4096;
const BLOCK_TOKENS = 16_384;
const HASH_BITS = 17;

/** Splits content into blocks of literals and matches, as Go's lazy search finds them. */
export function matchBlocks(content: Uint8Array): Block[] {
  const writer = new BlockWriter();
  const chains = new HashChains(content);
  let previous = { length: LEAST_MATCH - 1, distance: 0 };
  let pending = false;
  let at = 0;
  while (at < content.length) {
    chains.insert(at);
    const lookAhead = content.length - at;
    let found = { length: LEAST_MATCH - 1, distance: 0 };
    if (lookAhead > previous.length && previous.length < LONGEST_MATCH) found = chains.longest(at, lookAhead);
    if (previous.length >= LEAST_MATCH && found.length <= previous.length) {
      // The match that starts one byte earlier is at least as long.
      const end = at - 1 + previous.length;
      for (at++; at < end; at++) chains.insert(at);
      writer.match(previous, at);
      pending = false;
      previous = { length: LEAST_MATCH - 1, distance: 0 };
    } else {
      if (pending) writer.literal(content[at - 1]!, at);
      at++;
      pending = true;
      previous = found;
    }
  }
  if (pending) writer.literal(content[at - 1]!, at);
  return writer.finish(at);
}

interface Match {
  length: number;
  distance: number;
}

/** Earlier places with the same four bytes, the nearest first. */
class HashChains {
  readonly #content: Uint8Array;
  readonly #heads = new Int32Array(1 << HASH_BITS).fill(-1);
  readonly #before: Int32Array;
  #chain = -1;

  constructor(content: Uint8Array) {
    this.#content = content;
    this.#before = new Int32Array(content.length);
  }

  insert(at: number): void {
    const bytes = this.#content;
    if (at + LEAST_MATCH > bytes.length) return;
    const word = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
    // The multiplier of Go's hash; only collisions depend on it.
    const hash = Math.imul(word, 0x1e35a7bd) >>> (32 - HASH_BITS);
    this.#chain = this.#heads[hash]!;
    this.#before[at] = this.#chain;
    this.#heads[hash] = at;
  }

  /** The longest match for the place that was inserted last. */
  longest(at: number, lookAhead: number): Match {
    const bytes = this.#content;
    const limit = Math.min(LONGEST_MATCH, lookAhead);
    let best: Match = { length: LEAST_MATCH - 1, distance: 0 };
    let candidate = this.#chain;
    for (let tries = CHAIN; tries > 0 && candidate >= 0 && at - candidate <= WINDOW; tries--) {
      if (bytes[candidate + best.length] === bytes[at + best.length]) {
        let length = 0;
        while (length < limit && bytes[candidate + length] === bytes[at + length]) length++;
        if (length > best.length && (length > LEAST_MATCH || at - candidate <= FAR)) {
          best = { length, distance: at - candidate };
          if (length >= limit) break;
        }
      }
      candidate = this.#before[candidate]!;
    }
    return best;
  }
}

class BlockWriter {
  readonly #blocks: Block[] = [];
  #block = emptyBlock();
  #tokens = 0;
  #start = 0;

  literal(byte: number, end: number): void {
    this.#block.literals[byte]!++;
    this.#count(end);
  }

  match({ length, distance }: Match, end: number): void {
    this.#block.literals[lengthCode(length)]!++;
    this.#block.distances[distanceCode(distance)]!++;
    this.#count(end);
  }

  finish(end: number): Block[] {
    if (this.#tokens > 0) this.#close(end);
    return this.#blocks;
  }

  #count(end: number): void {
    if (++this.#tokens === BLOCK_TOKENS) this.#close(end);
  }

  #close(end: number): void {
    this.#block.literals[256] = 1;
    this.#block.size = end - this.#start;
    this.#blocks.push(this.#block);
    this.#block = emptyBlock();
    this.#tokens = 0;
    this.#start = end;
  }
}

function emptyBlock(): Block {
  return { literals: new Uint32Array(286), distances: new Uint32Array(30), size: 0 };
}

/** RFC 1951, 3.2.5: four codes for each doubling, from 8 lengths on; 258 has one of its own. */
function lengthCode(length: number): number {
  if (length === LONGEST_MATCH) return 285;
  const past = length - 3;
  if (past < 8) return 257 + past;
  const extra = 29 - Math.clz32(past);
  return 257 + 4 * extra + (past >> extra);
}

/** Two codes for each doubling, from 4 distances on. */
function distanceCode(distance: number): number {
  const past = distance - 1;
  if (past < 4) return past;
  const extra = 30 - Math.clz32(past);
  return 2 * extra + (past >> extra);
}
