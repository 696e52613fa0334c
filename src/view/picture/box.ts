import type { PictureGuest, PictureNode } from '../../plan/picture.ts';
import { textWidth } from '../text/fit.ts';
import { harmless } from '../text/harmless.ts';
import type { Signs } from '../text/signs.ts';
import { sizeText } from '../text/sizes.ts';

/** A node before its box is drawn: what stands above and in it. */
export interface NodeBox {
  node: PictureNode;
  heading: string;
  lines: readonly string[];
  /** Columns that heading and lines need inside the frame. */
  width: number;
}

/** How guests stand in their box: in two lines or one each, or by group; what is beyond `most` is counted. */
export interface Density {
  show: 'two-lines' | 'one-line' | 'groups';
  /** Guests, or groups. */
  most: number;
}

/** Guests of a node as lines, new ones first: `+ edge-server-1`, `+ edge-server ×6`, `… 7 more`. */
export function boxFor(
  node: PictureNode,
  { signs, show, most, room }: Density & { signs: Signs; room: number },
): NodeBox {
  const ordered = [...node.guests].sort((one, other) => weight(other) - weight(one));
  const groups = show === 'groups' ? alike(ordered) : ordered.map((guest) => [guest]);
  // Folding a single one would save nothing.
  const shown = groups.slice(0, groups.length === most + 1 ? groups.length : most);
  const lines = shown.flatMap((group): string[] => {
    const [first] = group;
    if (!first) return [];
    const marks = marksOf(first);
    const behind = marks === '' ? '' : `  ${marks}`;
    if (show === 'two-lines') return [...twoLines(first, signs), ...(behind === '' ? [] : [behind])];
    if (show === 'groups')
      return [(group.length > 1 ? groupLine(group, signs) : oneLine(first, signs)) + behind];
    // Three things in one line would make the boxes too wide to stand side by side; the notes say it, too.
    return [oneLine(first, signs)];
  });
  const folded = ordered.length - shown.flat().length;
  if (folded > 0) lines.push(`${signs.ellipsis} ${folded} more`);
  if (lines.length === 0) lines.push('no guests');
  const heading = `${harmless(node.name)} (${sizeText(node.memoryFree)} free)`;
  // The heading stands one column to the left of the lines.
  const width = Math.min(room, Math.max(textWidth(heading) - 1, ...lines.map(textWidth)));
  return { node, heading, lines, width };
}

function marksOf(guest: PictureGuest): string {
  return (guest.marks ?? []).map(harmless).join(' ');
}

/** Guests that differ only in the number at the end of their name. */
function alike(guests: readonly PictureGuest[]): PictureGuest[][] {
  const groups = new Map<string, PictureGuest[]>();
  for (const guest of guests) {
    const key = `${weight(guest)} ${guest.insteadOf !== undefined} ${stem(guest)} ${marksOf(guest)}`;
    groups.set(key, [...(groups.get(key) ?? []), guest]);
  }
  return [...groups.values()];
}

function stem({ name }: PictureGuest): string {
  return name.replace(/-?\d+$/, '');
}

function groupLine(group: readonly PictureGuest[], signs: Signs): string {
  const [first] = group;
  return first ? `${guestSign(first, signs)} ${harmless(stem(first))} ${signs.times}${group.length}` : '';
}

/** New ones first, then those that go, then those that stay as they are. */
function weight({ isNew, isGone = false }: PictureGuest): number {
  return isNew ? 2 : isGone ? 1 : 0;
}

function guestSign(guest: PictureGuest, signs: Signs): string {
  if (guest.isGone) return signs.gone;
  return guest.isNew ? signs.todo : signs.idle;
}

function twoLines(guest: PictureGuest, signs: Signs): string[] {
  return [
    `${guestSign(guest, signs)} ${harmless(guest.name)}`,
    `  ${guest.vmid}${insteadOf(guest, signs)}  ${harmless(guest.address)}`.trimEnd(),
  ];
}

function insteadOf({ insteadOf: olds = [] }: PictureGuest, signs: Signs): string {
  return olds.length > 0 ? ` ${signs.from} ${olds.join(',')}` : '';
}

function oneLine(guest: PictureGuest, signs: Signs): string {
  return `${guestSign(guest, signs)} ${harmless(guest.name)}  ${harmless(guest.address)}`.trimEnd();
}
