import type { Facts } from '../facts/facts.ts';

/** `on all 3 nodes`, or `on pve1, pve2`. */
export function where(seen: readonly string[], { nodes: all }: Facts): string {
  if (all.length > 1 && all.every(({ name }) => seen.includes(name))) return `on all ${all.length} nodes`;
  return `on ${[...seen].sort(byNumber).join(', ')}`;
}

/** `vmbr2` before `vmbr10`. */
export function byNumber(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}

/** Rows of cells as lines whose cells stand below each other. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .filter((cell) => cell !== '')
      .join('   ')
      .trimEnd(),
  );
}

/** `412 GiB`, `1.9 TiB`. */
export function size(bytes: number): string {
  const gib = bytes / 2 ** 30;
  if (gib >= 1024) return `${(gib / 1024).toFixed(1)} TiB`;
  return gib >= 10 ? `${Math.floor(gib)} GiB` : `${(Math.floor(gib * 10) / 10).toFixed(1)} GiB`;
}
