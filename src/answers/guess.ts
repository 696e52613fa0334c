import { distance } from 'fastest-levenshtein';

/** The known word that was probably meant, or undefined when none is near. `also`: other names of known words. */
export function guess(
  word: string,
  known: readonly string[],
  also: ReadonlyMap<string, readonly string[]> = new Map(),
): string | undefined {
  const plain = normal(word);
  const named = known.find(
    (name) => normal(name) === plain || also.get(name)?.some((other) => normal(other) === plain),
  );
  if (named !== undefined) return named;
  const near = known
    .map((name) => ({ name, far: distance(plain, normal(name)) }))
    .filter(({ name, far }) => far <= tolerance(plain, name) || sameLetters(plain, name))
    .sort((one, other) => one.far - other.far);
  return near[0]?.name;
}

/** A third of the letters may be wrong, but one always. */
function tolerance(word: string, name: string): number {
  return Math.max(1, Math.floor(Math.max(word.length, name.length) / 3));
}

/** Letters that changed places, as in `nmae`, count as two changes each. */
function sameLetters(word: string, name: string): boolean {
  return [...word].sort().join('') === [...normal(name)].sort().join('');
}

/** `memory-size`, `memorySize` and `memory_size` are the same word to a person. */
function normal(word: string): string {
  return word.replaceAll(/[-_\s]/g, '').toLowerCase();
}
