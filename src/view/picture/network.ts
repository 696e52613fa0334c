import type { Picture, PictureSegment } from '../../plan/picture.ts';
import { cut, fitted, textWidth } from '../text/fit.ts';
import { harmless } from '../text/harmless.ts';
import type { Signs } from '../text/signs.ts';
import type { NodeBox } from './box.ts';

export interface NetworkOptions {
  signs: Signs;
  width: number;
  /** Columns inside a box's frame, without its padding. */
  inner: number;
  gap: number;
  indent: number;
  segments: readonly PictureSegment[];
}

/** One row of boxes with the networks that their guests are on: one line each, ticks below the boxes. */
export function networkLines(row: readonly NodeBox[], options: NetworkOptions): string[] {
  const { signs, inner, indent, gap } = options;
  const shown = options.segments.filter((segment) => row.some((box) => isOn(box, segment)));
  const outer = inner + 4;
  const most = Math.max(1, Math.floor((outer - shortestLabel - 3) / 2));
  const segments = shown.slice(0, most);
  const labelRoom = outer - 2 - 2 * segments.length;
  const labels = segments.map((segment) => cut(segmentLabel(segment), labelRoom, signs.ellipsis));
  const drop = Math.max(0, ...labels.map(textWidth)) + 1;
  const drops = row.map((box) => segments.map((segment) => isOn(box, segment)));
  const lefts = row.map((_, at) => indent + at * (outer + gap));
  const height = Math.max(...row.map((box) => box.lines.length));
  const lines = [
    spread(row.map((box) => ` ${box.heading}`)),
    spread(row.map(() => signs.line.topLeft + signs.line.horizontal.repeat(inner + 2) + signs.line.topRight)),
    ...Array.from({ length: height }, (_, at) =>
      spread(
        row.map((box) => {
          const text = fitted(box.lines[at] ?? '', inner, { ellipsis: signs.ellipsis });
          return `${signs.line.vertical} ${text} ${signs.line.vertical}`;
        }),
      ),
    ),
    spread(drops.map((on) => bottom(on))),
  ];
  segments.forEach((segment, at) => {
    lines.push(...segmentLine(segment, { at, labels, drop, drops, lefts, options }));
  });
  if (shown.length > most)
    lines.push(`${' '.repeat(indent)}${signs.ellipsis} ${shown.length - most} more networks`);
  return lines;

  function spread(cells: string[]): string {
    const between = ' '.repeat(gap);
    return (
      ' '.repeat(indent) +
      cells.map((cell) => fitted(cell, outer, { ellipsis: signs.ellipsis })).join(between)
    );
  }

  function bottom(on: readonly boolean[]): string {
    const frame = [...signs.line.horizontal.repeat(outer)];
    frame[0] = signs.line.bottomLeft;
    frame[outer - 1] = signs.line.bottomRight;
    on.forEach((hangs, at) => {
      if (hangs) frame[drop + 2 * at] = signs.line.bottomTee;
    });
    return frame.join('');
  }
}

/** Segments that a guest is on, in the picture's order. */
export function usedSegments(picture: Picture): PictureSegment[] {
  const used = new Set(
    picture.nodes.flatMap((node) => node.guests.flatMap((guest) => guest.segments.map(segmentLabel))),
  );
  return picture.segments.filter((segment) => used.has(segmentLabel(segment)));
}

/** `vmbr0.20`: the bridge and its VLAN, as the network's interfaces are called. */
export function segmentLabel(segment: { bridge: string; tag?: number }): string {
  return harmless(segment.tag === undefined ? segment.bridge : `${segment.bridge}.${segment.tag}`);
}

interface LineParts {
  at: number;
  labels: readonly string[];
  /** Column of the first segment's tick, from a box's left edge; each further one stands two to the right. */
  drop: number;
  drops: readonly (readonly boolean[])[];
  lefts: readonly number[];
  options: NetworkOptions;
}

function segmentLine(segment: PictureSegment, parts: LineParts): string[] {
  const { at, labels, drop, drops, lefts, options } = parts;
  const { signs, width, indent } = options;
  const column = (box: number, line: number) => (lefts[box] ?? 0) + drop + 2 * line;
  const own = drops.flatMap((on, box) => (on[at] ? [column(box, at)] : []));
  const later = drops.flatMap((on, box) =>
    on.flatMap((hangs, line) => (hangs && line > at ? [column(box, line)] : [])),
  );
  const last = Math.max(...own);
  const label = labels[at] ?? '';
  const begin = indent + textWidth(label) + 1;
  const cells: string[] = [...' '.repeat(Math.max(last, ...later) + 1)];
  for (let place = begin; place < last; place += 1) cells[place] = signs.line.horizontal;
  for (const place of later)
    cells[place] = place >= begin && place < last ? signs.line.cross : signs.line.vertical;
  for (const place of own) cells[place] = place === last ? signs.line.upEnd : signs.line.upTee;
  const line = ' '.repeat(indent) + label + cells.slice(indent + textWidth(label)).join('');
  if (!segment.subnet) return [line];
  const subnet = harmless(segment.subnet);
  const beside = `${line}  ${subnet}`;
  // Without room beside it, the subnet would be cut: it goes to the line's foot, with later ticks passing.
  return textWidth(beside) <= width ? [beside] : [line, below(subnet, { later, indent, width, signs })];
}

function below(
  subnet: string,
  { later, indent, width, signs }: { later: readonly number[]; indent: number; width: number; signs: Signs },
): string {
  const cells = [...' '.repeat(Math.max(width, ...later.map((place) => place + 1)))];
  for (const place of later) cells[place] = signs.line.vertical;
  [...subnet].forEach((character, at) => {
    cells[indent + at] = character;
  });
  return cells.join('').trimEnd();
}

function isOn(box: NodeBox, segment: PictureSegment): boolean {
  return box.node.guests.some((guest) =>
    guest.segments.some((one) => one.bridge === segment.bridge && one.tag === segment.tag),
  );
}

/** `vmbr0`: shorter labels would not tell networks apart. */
const shortestLabel = 5;
