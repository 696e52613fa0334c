import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { SessionTarget } from '../src/view/session.ts';
import type { Cell, Tint } from '../src/view/text/cells.ts';
import { counted } from '../src/view/text/durations.ts';
import { textWidth } from '../src/view/text/fit.ts';
import { harmless } from '../src/view/text/harmless.ts';
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

/** Header with what and where, body, footer with the keys that work. What does not fit into the body is cut. */
export function Frame({ title, keys, notice, aside, children }: FrameProps) {
  const look = useLook();
  const { width, height } = useBody();
  const { columns, rows, signs, screenReader } = look;
  const ruled = hasRules(rows) && !screenReader;
  const rule: Cell[] = [{ text: signs.line.horizontal.repeat(width), as: 'dim' }];
  const said: Cell[] = notice ? [{ text: notice.text, as: notice.as, bold: true, grow: true }] : rule;
  return (
    <Box flexDirection="column" width={columns} {...(screenReader ? {} : { height: rows })} paddingX={1}>
      <Row width={width} cells={headerCells(title, { look, width })} />
      {ruled && <Row width={width} cells={rule} />}
      <Box flexDirection="column" height={notice && !ruled ? height - 1 : height} overflow="hidden">
        {/* Without this box, lines that do not fit would be squeezed into each other. */}
        <Box flexDirection="column" flexShrink={0}>
          {children}
        </Box>
      </Box>
      {(ruled || notice) && <Row width={width} cells={said} />}
      <Row width={width} cells={footerCells(keys, { look, width, aside })} />
    </Box>
  );
}

/** `pve1 · Proxmox VE 9.2 · 3 nodes`. */
function targetText(target: SessionTarget, dot: string): string {
  const label = target.kind === 'sandbox' ? 'practice cluster' : harmless(target.label);
  // Release and nodes are known once the target was asked for the first time.
  return [
    label,
    ...(target.release ? [`Proxmox VE ${harmless(target.release)}`] : []),
    ...(target.nodes > 0 ? [counted(target.nodes, 'node')] : []),
  ].join(` ${dot} `);
}

/** The target within a sentence. */
export function targetName(target: SessionTarget): string {
  return target.kind === 'sandbox' ? 'the practice cluster' : harmless(target.label);
}

function headerCells(title: string | undefined, { look, width }: { look: Look; width: number }): Cell[] {
  const { target, signs } = look;
  const name = title ? `proxwright ${signs.dot} ${title}` : 'proxwright';
  const badge = target.kind === 'sandbox' ? ' SANDBOX ' : '';
  const room = width - textWidth(name) - badge.length - 2;
  const where = placeTexts(target, signs.dot).find((text) => textWidth(text) < room) ?? '';
  return [
    { text: name, grow: true, as: 'accent', bold: true },
    { text: ' ', said: '' },
    ...(badge ? [{ text: badge, as: 'warning', bold: true, inverse: true } as const] : []),
    { text: where ? ` ${where}` : '', as: 'dim' },
  ];
}

/** Where the user is, from the fullest text to the shortest. A real target is named at any width. */
function placeTexts(target: SessionTarget, dot: string): string[] {
  const sandbox = target.kind === 'sandbox';
  const label = sandbox ? 'practice cluster' : harmless(target.label);
  return [targetText(target, dot), targetText({ ...target, release: '' }, dot), label];
}

function footerCells(
  keys: readonly KeyHint[],
  { look, width, aside }: { look: Look; width: number; aside: string | undefined },
): Cell[] {
  if (look.screenReader)
    return [{ text: `Keys: ${keys.map((one) => `${one.key} ${one.does}`).join(', ')}. ${aside ?? ''}` }];
  const hints = fittingHints(keys, width - (aside ? textWidth(aside) + 2 : 0));
  const cells = hints.flatMap(({ key, does }, at): Cell[] => [
    { text: `${at > 0 ? '  ' : ''}${key} `, as: 'accent' },
    { text: does },
  ]);
  return [...cells, { text: '', grow: true }, ...(aside ? [{ text: aside, as: 'dim' as const }] : [])];
}

/** The hints that fit, help always among them: it tells of the others. */
function fittingHints(keys: readonly KeyHint[], width: number): KeyHint[] {
  const room = (hint: KeyHint) => textWidth(hint.key) + textWidth(hint.does) + 3;
  const help = keys.find((hint) => hint.key === '?');
  let left = width + 2 - (help ? room(help) : 0);
  const fitting: KeyHint[] = [];
  for (const hint of keys) {
    if (hint !== help) left -= room(hint);
    if (hint !== help && left < 0) left = -1;
    else fitting.push(hint);
  }
  return fitting;
}

/** The keys while a question in the notice waits for yes or no. */
export const yesNoKeys: readonly KeyHint[] = [
  { key: 'y', does: 'yes' },
  { key: 'n', does: 'no' },
];
