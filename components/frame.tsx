import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { Cell, Tint } from '../src/view/cells.ts';
import { counted } from '../src/view/durations.ts';
import { textWidth } from '../src/view/fit.ts';
import { harmless } from '../src/view/harmless.ts';
import type { SessionTarget } from '../src/view/session.ts';
import { hasRules, type Look, useBody, useLook } from './look.ts';
import { Row } from './row.tsx';

/** A key that works here and what it does; the first ones stay when there is no room for all. */
export interface KeyHint {
  key: string;
  does: string;
}

export interface Notice {
  text: string;
  as: Tint;
}

interface FrameProps {
  /** What this is; behind the program's name in the header. */
  title?: string;
  keys: readonly KeyHint[];
  /** A question or an answer to the last key; stands in place of the rule above the footer. */
  notice?: Notice | undefined;
  /** At the right end of the footer. */
  aside?: string | undefined;
  children: ReactNode;
}

/** Header with what and where, body, footer with the keys that work. */
export function Frame({ title, keys, notice, aside, children }: FrameProps) {
  const look = useLook();
  const { width, height } = useBody();
  const { columns, rows, signs } = look;
  const ruled = hasRules(rows);
  const rule: Cell[] = [{ text: signs.line.horizontal.repeat(width), as: 'dim', said: '' }];
  const said: Cell[] = notice ? [{ text: notice.text, as: notice.as, bold: true, grow: true }] : rule;
  return (
    <Box flexDirection="column" width={columns} {...(look.screenReader ? {} : { height: rows })} paddingX={1}>
      <Row width={width} cells={headerCells(title, { look, width })} />
      {ruled && <Row width={width} cells={rule} />}
      <Box flexDirection="column" height={height} overflow="hidden">
        {children}
      </Box>
      {(ruled || look.screenReader) && <Row width={width} cells={said} />}
      <Row
        width={width}
        cells={!ruled && notice && !look.screenReader ? said : footerCells(keys, { look, width, aside })}
      />
    </Box>
  );
}

/** `pve1 · Proxmox VE 9.2 · 3 nodes`. */
export function targetText(target: SessionTarget, dot: string): string {
  const label = target.kind === 'sandbox' ? 'practice cluster' : harmless(target.label);
  return [label, `Proxmox VE ${harmless(target.release)}`, counted(target.nodes, 'node')].join(` ${dot} `);
}

function headerCells(title: string | undefined, { look, width }: { look: Look; width: number }): Cell[] {
  const { target, signs } = look;
  const name = title ? `proxwright ${signs.dot} ${title}` : 'proxwright';
  const sandbox: Cell[] =
    target.kind === 'sandbox' ? [{ text: ' SANDBOX ', as: 'warning', bold: true, inverse: true }] : [];
  const where = targetText(target, signs.dot);
  const badge = sandbox.length > 0 ? 10 : 0;
  const roomy = textWidth(name) + textWidth(where) + badge + 2 <= width;
  const short = target.kind === 'sandbox' ? '' : harmless(target.label);
  return [
    { text: name, grow: true, as: 'accent', bold: true },
    ...sandbox,
    { text: ` ${roomy ? where : short}`, as: 'dim' },
  ];
}

function footerCells(
  keys: readonly KeyHint[],
  { look, width, aside }: { look: Look; width: number; aside: string | undefined },
): Cell[] {
  if (look.screenReader)
    return [{ text: `Keys: ${keys.map((one) => `${one.key} ${one.does}`).join(', ')}. ${aside ?? ''}` }];
  const cells: Cell[] = [];
  let room = width - (aside ? textWidth(aside) + 1 : 0);
  for (const { key, does } of keys) {
    const needed = textWidth(key) + textWidth(does) + 3;
    if (room < needed - 2) break;
    room -= needed;
    cells.push({ text: `${key} `, as: 'accent' }, { text: `${does}  ` });
  }
  return [...cells, { text: '', grow: true }, ...(aside ? [{ text: aside, as: 'dim' as const }] : [])];
}
