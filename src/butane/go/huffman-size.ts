/**
 * Lengths of an optimal prefix code of at most `limit` bits: package-merge, where packages go before single
 * symbols of the same weight, and rarer symbols (then those with lower codes) get the longer codes.
 */
export function huffmanLengths(counts: Uint32Array, limit: number): number[] {
  const lengths = new Array<number>(counts.length).fill(0);
  const symbols = [...counts.keys()].filter((code) => counts[code]! > 0);
  if (symbols.length <= 2) {
    for (const code of symbols) lengths[code] = 1;
    return lengths;
  }
  symbols.sort((a, b) => counts[a]! - counts[b]! || a - b);
  const weights = symbols.map((code) => counts[code]!);
  const levels = [weights.map((weight) => ({ weight, single: true }))];
  const depth = Math.min(limit, symbols.length - 1);
  while (levels.length < depth) levels.push(mergePackages(weights, levels.at(-1)!));

  // The cheapest 2n-2 items of the last level; the packages among them take items of the level before.
  let taken = 2 * symbols.length - 2;
  for (const level of levels.reverse()) {
    const singles = level.slice(0, taken).filter((item) => item.single).length;
    for (const code of symbols.slice(0, singles)) lengths[code]!++;
    taken = 2 * (taken - singles);
  }
  return lengths;
}

interface Item {
  weight: number;
  /** One symbol rather than two items of the level before. */
  single: boolean;
}

function mergePackages(weights: readonly number[], before: readonly Item[]): Item[] {
  const merged: Item[] = [];
  let next = 0;
  for (let i = 0; i + 1 < before.length; i += 2) {
    const weight = before[i]!.weight + before[i + 1]!.weight;
    while (next < weights.length && weights[next]! < weight)
      merged.push({ weight: weights[next++]!, single: true });
    merged.push({ weight, single: false });
  }
  while (next < weights.length) merged.push({ weight: weights[next++]!, single: true });
  return merged;
}

// RFC 1951, 3.2.7: the order in which the lengths of the code lengths' own code are written.
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Bits that describe a block's two codes, run lengths and their own code included. */
export function treeBits(lengths: readonly number[]): number {
  const counts = new Uint32Array(ORDER.length);
  for (let i = 0; i < lengths.length; ) {
    const length = lengths[i]!;
    let run = 1;
    while (lengths[i + run] === length) run++;
    i += run;
    countRun(counts, length, run);
  }
  const own = huffmanLengths(counts, 7);
  let written = ORDER.length;
  while (written > 4 && counts[ORDER[written - 1]!] === 0) written--;
  let bits = 5 + 5 + 4 + 3 * written + counts[16]! * 2 + counts[17]! * 3 + counts[18]! * 7;
  for (const [code, length] of own.entries()) bits += counts[code]! * length;
  return bits;
}

function countRun(counts: Uint32Array, length: number, run: number): void {
  let left = run;
  const count = (code: number) => {
    counts[code]!++;
  };
  if (length === 0) {
    for (; left >= 11; left -= Math.min(left, 138)) count(18);
    if (left >= 3) {
      count(17);
      left = 0;
    }
  } else {
    count(length);
    for (left--; left >= 3; left -= Math.min(left, 6)) count(16);
  }
  for (; left > 0; left--) count(length);
}
