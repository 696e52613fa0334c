import type { Cell } from '../text/cells.ts';
import { cut, textWidth } from '../text/fit.ts';
import { harmless } from '../text/harmless.ts';
import type { Signs } from '../text/signs.ts';
import type { RunState, StepStatus } from './state.ts';

/** How a node stands while guests are replaced. */
export interface RollRow {
  node: string;
  /** Old guests that still run there. */
  old: number;
  /** New ones that answer. */
  fresh: number;
  /** Guests in the making, with what is known of them. */
  busy: readonly string[];
}

/** Old and new guests of each node as a rolling update goes on; nothing for runs that replace none. */
export function rollRows(state: RunState): RollRow[] {
  const status = (step: string): StepStatus | undefined => state.steps[state.places.get(step) ?? -1]?.status;
  const isDone = (step: string): boolean => ['done', 'unchanged'].includes(status(step) ?? '');
  const rows = new Map<string, { old: number; fresh: number; busy: string[] }>();
  const row = (node: string) => {
    const known = rows.get(node) ?? { old: 0, fresh: 0, busy: [] };
    rows.set(node, known);
    return known;
  };
  for (const { name, node, begins, up, olds } of state.replacements) {
    for (const old of olds) row(old.node).old += isDone(old.stops) || isDone(old.gone) ? 0 : 1;
    const here = row(node);
    if (isDone(up)) here.fresh += 1;
    else if (status(begins) === 'failed') here.busy.push(`${name} could not be made`);
    else if (status(up) === 'failed') here.busy.push(`${name} does not answer`);
    else if (status(up) === 'running') here.busy.push(`${name} starts`);
    else if (['running', 'done', 'unchanged'].includes(status(begins) ?? ''))
      here.busy.push(`${name} is made`);
  }
  return [...rows]
    .map(([node, counts]) => ({ node, ...counts }))
    .sort((one, other) => one.node.localeCompare(other.node, 'en', { numeric: true }));
}

/** As many rows as there is room for: nodes where something happens before others, and those left out in one row. */
export function fittingRollRows(rows: readonly RollRow[], most: number): readonly RollRow[] {
  if (rows.length <= most) return rows;
  const byHaste = [...rows].sort((one, other) => haste(other) - haste(one));
  const shown = new Set(byHaste.slice(0, Math.max(0, most - 1)));
  const others = rows.filter((row) => !shown.has(row));
  const sum = (count: (row: RollRow) => number): number => others.reduce((all, row) => all + count(row), 0);
  const rest: RollRow = {
    node: `${others.length} more`,
    old: sum((row) => row.old),
    fresh: sum((row) => row.fresh),
    busy: others.flatMap((row) => row.busy),
  };
  return most < 1 ? [] : [...rows.filter((row) => shown.has(row)), rest];
}

/** What is in the making first, then what is still to come, then what is done. */
function haste({ busy, old }: RollRow): number {
  return busy.length > 0 ? 2 : Math.sign(old);
}

/** Columns for the nodes' names: those of one site often differ at their end alone. */
export function rollNodeWidth(rows: readonly RollRow[], width: number): number {
  const longest = Math.max(0, ...rows.map(({ node }) => textWidth(harmless(node))));
  return Math.max(14, Math.min(longest + 2, Math.floor(width / 3)));
}

/** `pve1  old 3  new 2  edge-server-4 starts`. */
export function rollCells(
  row: RollRow,
  { signs, width, nodeWidth = 14 }: { signs: Signs; width: number; nodeWidth?: number },
): Cell[] {
  const busy = row.busy.map(harmless).join(', ');
  return [
    { text: ` ${harmless(row.node)}`, width: nodeWidth, bold: true },
    {
      text: ` ${signs.idle} ${row.old} old`,
      width: 10,
      as: row.old > 0 ? 'warning' : 'dim',
      said: `${row.old} old,`,
    },
    {
      text: ` ${row.fresh > 0 ? signs.ok : signs.idle} ${row.fresh} new`,
      width: 10,
      as: row.fresh > 0 ? 'ok' : 'dim',
      said: `${row.fresh} new`,
    },
    {
      text: busy === '' ? '' : `  ${cut(busy, Math.max(1, width - nodeWidth - 24), signs.ellipsis)}`,
      grow: true,
      as: 'accent',
    },
  ];
}
