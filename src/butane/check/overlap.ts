import { numberOf, type Struct } from '../schema/value.ts';

interface Placed {
  index: number;
  from: bigint;
  to: bigint;
}

/** The first partition that another one with a given place lies over. */
export function overlappingPartition(partitions: readonly Struct[]): number | undefined {
  const placed = partitions.flatMap((partition, index): Placed[] => {
    const start = numberOf(partition, 'startMiB');
    const size = numberOf(partition, 'sizeMiB');
    // A start of 0 means wherever there is room.
    if (start === undefined || size === undefined || start === 0) return [];
    const from = BigInt(start);
    return [{ index, from, to: size === 0 ? from : BigInt.asIntN(64, from + BigInt(size) - 1n) }];
  });
  const suspects = placed.length > FEW ? touching(placed) : placed;
  for (const p of suspects) {
    const other = placed.find((o) => o !== p && overlap(p, o));
    if (other) return other.index;
  }
  return undefined;
}

// No disk has more partitions; each is then compared with each.
const FEW = 256;

function overlap(p: Placed, o: Placed): boolean {
  const startsWithin = p.from >= o.from && p.from <= o.to;
  const endsWithin = p.to >= o.from && p.to <= o.to;
  return startsWithin || endsWithin || (p.from < o.from && p.to > o.to);
}

/** Those that overlap any other, in their order: found by walking along the disk. */
function touching(placed: readonly Placed[]): Placed[] {
  const found = new Set<Placed>();
  let furthest: Placed | undefined;
  for (const next of placed.toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))) {
    if (furthest && next.from <= furthest.to) found.add(next).add(furthest);
    if (!furthest || next.to > furthest.to) furthest = next;
  }
  return placed.filter((each) => found.has(each));
}
