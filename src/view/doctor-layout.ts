/** Where groups, list and details stand: beside each other, below each other, or not at all. */
export interface DoctorLayout {
  /** Columns; 0: the groups are not shown, and the list says which one it is of. */
  groups: number;
  list: { width: number; height: number };
  details: { width: number; height: number; at: 'right' | 'below' | 'nowhere' };
}

/** For a body of so many columns and rows, of which the list has lines of its own above it. */
export function doctorLayout(
  { width, height, wide }: { width: number; height: number; wide: boolean },
  groupCount: number,
): DoctorLayout {
  const nowhere = { width: 0, height: 0, at: 'nowhere' } as const;
  if (wide) {
    const groups = widestGroup + 4;
    const list = Math.floor((width - groups) * 0.48);
    return {
      groups,
      list: { width: list, height },
      details: { width: width - groups - list - 4, height, at: 'right' },
    };
  }
  if (width >= 70 && height >= groupCount + 6) {
    const groups = widestGroup;
    return {
      groups,
      list: { width: width - groups - 2, height: groupCount },
      details: { width, height: height - groupCount - 1, at: 'below' },
    };
  }
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
