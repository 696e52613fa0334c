import type { Picture, PictureGuest, PictureNode } from '../../plan/picture.ts';
import { counted } from '../text/durations.ts';
import { cut } from '../text/fit.ts';
import { harmless } from '../text/harmless.ts';
import type { Signs } from '../text/signs.ts';
import { sizeText } from '../text/sizes.ts';
import { tableLines } from '../text/table.ts';
import { segmentLabel } from './network.ts';

/** The picture in sentences, for screen readers. */
export function pictureWords(picture: Picture): string[] {
  return [
    ...picture.nodes.flatMap((node) => [
      `${harmless(node.name)}, ${sizeText(node.memoryFree)} of memory free, ${guestCount(node)}.`,
      ...node.guests.map(guestWords),
    ]),
    ...picture.segments
      .filter((segment) => segment.subnet)
      .map((segment) => `Network ${segmentLabel(segment)} is ${harmless(segment.subnet ?? '')}.`),
    ...picture.notes.map(harmless),
  ];
}

/** One line per node, for when boxes would not fit. */
export function pictureSummary(
  picture: Picture,
  { signs, width }: { signs: Signs; width: number },
): string[] {
  const rows = picture.nodes.map((node) => {
    const fresh = node.guests.filter((guest) => guest.isNew).length;
    const gone = node.guests.filter((guest) => guest.isGone).length;
    const kept = node.guests.length - fresh - gone;
    return [
      ` ${harmless(node.name)}`,
      `${sizeText(node.memoryFree)} free`,
      `${signs.todo} ${counted(fresh, 'new guest')}`,
      gone > 0 ? `${signs.gone} ${gone} removed` : '',
      kept > 0 ? `${signs.idle} ${kept} already there` : '',
    ];
  });
  return tableLines(rows, { align: 'lrlll', width, ellipsis: signs.ellipsis }).map((line) =>
    cut(line, width),
  );
}

function guestCount(node: PictureNode): string {
  const fresh = node.guests.filter((guest) => guest.isNew).length;
  const gone = node.guests.filter((guest) => guest.isGone).length;
  const kept = node.guests.length - fresh - gone;
  if (node.guests.length === 0) return 'no guests';
  return [
    counted(fresh, 'new guest'),
    ...(gone > 0 ? [`${gone} removed`] : []),
    ...(kept > 0 ? [`${kept} already there`] : []),
  ].join(', ');
}

function stateWords({ isNew, isGone = false, insteadOf = [] }: PictureGuest): string {
  if (isGone) return 'to be removed';
  if (!isNew) return 'already there';
  return insteadOf.length > 0 ? `new, in place of guest ${insteadOf.join(' and ')}` : 'new';
}

function guestWords(guest: PictureGuest): string {
  const networks = guest.segments.map(segmentLabel).join(' and ');
  const marks = (guest.marks ?? []).map(harmless).join(' and ');
  return `  ${stateWords(guest)}: ${harmless(guest.name)}, id ${guest.vmid}, address ${
    harmless(guest.address) || 'unknown'
  }${networks ? `, on ${networks}` : ''}${marks ? `, with ${marks}` : ''}.`;
}
