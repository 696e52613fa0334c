import type { PictureGuest, PictureNode } from '../plan/picture.ts';
import { textWidth } from './fit.ts';
import { harmless } from './harmless.ts';
import type { Signs } from './signs.ts';
import { sizeText } from './sizes.ts';

/** A node before its box is drawn: what stands above and in it. */
export interface NodeBox {
  node: PictureNode;
  heading: string;
  lines: readonly string[];
  /** Columns that heading and lines need inside the frame. */
  width: number;
}

/** Guests of a node as lines, new ones first, the rest folded into `… 7 more`. */
export function boxFor(
  node: PictureNode,
  options: { signs: Signs; guests: number; linesPerGuest: 1 | 2; room: number },
): NodeBox {
  const { signs, guests, linesPerGuest, room } = options;
  const ordered = [
    ...node.guests.filter((guest) => guest.isNew),
    ...node.guests.filter((guest) => !guest.isNew),
  ];
  // Folding a single guest would save nothing.
  const shown = ordered.length === guests + 1 && linesPerGuest === 1 ? ordered : ordered.slice(0, guests);
  const lines = shown.flatMap((guest) =>
    linesPerGuest === 2 ? twoLines(guest, signs) : [oneLine(guest, signs)],
  );
  const folded = ordered.length - shown.length;
  if (folded > 0) lines.push(`${signs.ellipsis} ${folded} more`);
  if (lines.length === 0) lines.push('no guests');
  const heading = `${harmless(node.name)} (${sizeText(node.memoryFree)} free)`;
  // The heading stands one column to the left of the lines.
  const width = Math.min(room, Math.max(textWidth(heading) - 1, ...lines.map(textWidth)));
  return { node, heading, lines, width };
}

export function guestSign(guest: PictureGuest, signs: Signs): string {
  return guest.isNew ? signs.todo : signs.idle;
}

function twoLines(guest: PictureGuest, signs: Signs): string[] {
  return [
    `${guestSign(guest, signs)} ${harmless(guest.name)}`,
    `  ${guest.vmid}  ${harmless(guest.address)}`.trimEnd(),
  ];
}

function oneLine(guest: PictureGuest, signs: Signs): string {
  return `${guestSign(guest, signs)} ${harmless(guest.name)}  ${harmless(guest.address)}`.trimEnd();
}
