/** Counts, for a path, the links that it lies under; each link counts as often as it is listed. */
export function linkAncestors(links: readonly string[]): (path: string) => number {
  const counts = new Map<string, number>();
  for (const link of links) counts.set(link, (counts.get(link) ?? 0) + 1);
  if (counts.size === 0) return () => 0;
  return (path) => {
    let count = 0;
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      count += counts.get(path.slice(0, slash)) ?? 0;
    }
    return count;
  };
}
