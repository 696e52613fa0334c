/** Where groups, list and details stand: beside each other, below each other, or not at all. */
export interface DoctorLayout {
  /** Columns; 0: the groups are not shown, and the list says which one it is of. */
  groups: number;
  list: { width: number; height: number };
  details: { width: number; height: number; at: 'right' | 'below' | 'nowhere' };
}

/**
 * For a body of so many columns and rows, of which the list has lines of its own above it. Only a very wide
 * terminal has details on the right: beside them, sentences of the list would be cut to three words.
 */
export function doctorLayout(
  { width, height, veryWide }: { width: number; height: number; veryWide: boolean },
  groupCount: number,
): DoctorLayout {
  const groups = widestGroup;
  if (veryWide) {
    const list = Math.floor((width - groups) * 0.55);
    return {
      groups,
      list: { width: list, height },
      details: { width: width - groups - list - 4, height, at: 'right' },
    };
  }
  if (width >= 70 && height >= groupCount + 6) {
    const rows = Math.max(groupCount, Math.floor((height - 1) / 2));
    return {
      groups,
      list: { width: width - groups - 2, height: rows },
      details: { width, height: height - rows - 1, at: 'below' },
    };
  }
  const nowhere = { width: 0, height: 0, at: 'nowhere' } as const;
  if (height < 12) return { groups: 0, list: { width, height }, details: nowhere };
  const list = Math.ceil((height - 1) / 2);
  return {
    groups: 0,
    list: { width, height: list },
    details: { width, height: height - list - 1, at: 'below' },
  };
}

/** `image building` with cursor and counts: `❯ image building ✗ 1 ! 2 `. */
const widestGroup = 25;
