import { createContext, useContext } from 'react';
import type { SessionTarget } from '../src/view/session.ts';
import { type Signs, signsFor } from '../src/view/text/signs.ts';

/** What the terminal can do and what its user wants. */
export interface Terminal {
  color: boolean;
  ascii: boolean;
  screenReader: boolean;
}

/** What every component needs to draw itself. */
export interface Look extends Terminal {
  signs: Signs;
  columns: number;
  rows: number;
  target: SessionTarget;
  now: () => number;
}

export const LookContext = createContext<Look>({
  color: false,
  ascii: true,
  screenReader: false,
  signs: signsFor(true),
  columns: 80,
  rows: 24,
  target: { kind: 'local', label: '', release: '', nodes: 0 },
  now: () => 0,
});

export function useLook(): Look {
  return useContext(LookContext);
}

/**
 * Columns and rows between header and footer; low terminals have no rules.
 * `wide` has room for a pane beside a list, `veryWide` for one beside lines that want to be long.
 */
export function useBody(): { width: number; height: number; wide: boolean; veryWide: boolean } {
  const { columns, rows } = useLook();
  return {
    width: Math.max(20, columns - 2),
    height: Math.max(1, rows - (hasRules(rows) ? 4 : 2)),
    wide: columns >= 110,
    veryWide: columns >= 150,
  };
}

export function hasRules(rows: number): boolean {
  return rows >= 16;
}
