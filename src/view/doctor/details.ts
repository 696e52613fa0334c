import type { Capability } from '../../doctor/capabilities.ts';
import type { ChangeLine } from '../../doctor/mend.ts';
import type { Cell, Tint } from '../text/cells.ts';
import { brokenLines, textWidth, wrapWords } from '../text/fit.ts';
import type { Signs } from '../text/signs.ts';
import { first, mendable, type ShownFinding, sentenceOf } from './list.ts';
import { severitySign } from './rows.ts';
import type { DoctorItem } from './session.ts';

interface Paper {
  signs: Signs;
  width: number;
}

/**
 * What is so, why it matters, how it is fixed, the exact command, where more stands; then where it was looked,
 * and what would be changed. Where there is `room` for so many lines only, what can be done comes before the rest.
 */
export function findingDetails(
  finding: ShownFinding,
  { room = Number.POSITIVE_INFINITY, ...paper }: Paper & { room?: number },
): Cell[][] {
  const item = first(finding);
  const { signs, width } = paper;
  const fixable = mendable([finding]);
  const what: Cell[][] = [
    [
      severitySign(item.severity, signs),
      { text: ` ${item.id}  `, bold: true },
      // A check is named after what should be so: beside anything else than that it is a question.
      { text: item.severity === 'pass' ? item.title : `${item.title}?`, grow: true, as: 'dim' },
    ],
    ...wrapWords(sentenceOf(finding), width - 2).map((line): Cell[] => [
      { text: `  ${line}`, grow: true, bold: true },
    ]),
  ];
  const toDo: Cell[][] = [
    ...(item.fix ? labelled('fix', item.fix.text, paper) : []),
    ...(item.fix?.command ? commandRows(item.fix.command, paper) : []),
    ...(fixable.length > 0
      ? labelled('or', 'press f: it shows the changes, and makes them after a yes', paper, 'accent')
      : []),
  ];
  const more: Cell[][] = [
    ...(item.url ? labelled('more', item.url, paper) : []),
    ...labelled('from', item.looksAt, paper),
    ...(fixable.length > 0
      ? [
          [],
          [{ text: '  What f would change:', as: 'dim' } as const],
          ...fixable.flatMap((one) => changeRows(one, paper)),
        ]
      : []),
  ];
  const why = shortened(labelled('why', item.why, paper), { room: room - what.length - toDo.length, signs });
  return [...what, ...why, ...toDo, ...more];
}

/** At least its first line: that there is a reason, and the whole is a key away. */
function shortened(lines: Cell[][], { room, signs }: { room: number; signs: Signs }): Cell[][] {
  const shown = lines.slice(0, Math.max(1, room));
  if (shown.length === lines.length) return lines;
  const last = shown.length - 1;
  return shown.map((cells, at) => (at < last ? cells : cells.map((cell) => goesOn(cell, signs))));
}

/** In place of the last word, that there are more. */
function goesOn(cell: Cell, { ellipsis }: Signs): Cell {
  return cell.grow ? { ...cell, text: `${cell.text.replace(/\s+\S+$/, '')} ${ellipsis}` } : cell;
}

/** What a thing that one can do lacks, finding by finding. */
export function capabilityDetails(
  { title, missing, unknown }: Capability,
  { findings, ...paper }: Paper & { findings: readonly ShownFinding[] },
): Cell[][] {
  const { signs, width } = paper;
  const lines = (list: readonly ShownFinding[]): Cell[][] =>
    list.flatMap((finding): Cell[][] => {
      const item = first(finding);
      return [
        [severitySign(item.severity, signs), { text: ` ${item.id}`, bold: true, grow: true }],
        ...wrapWords(sentenceOf(finding), width - 2).map((line): Cell[] => [
          { text: `  ${line}`, grow: true },
        ]),
        ...(item.fix ? labelled('fix', item.fix.text, paper) : []),
        ...(item.fix?.command ? commandRows(item.fix.command, paper) : []),
      ];
    });
  const bad = findings.filter((finding) => {
    const { id, severity } = first(finding);
    return missing.includes(id) && severity !== 'pass' && severity !== 'skip';
  });
  const unseen = findings.filter((finding) => unknown.includes(first(finding).id) && !first(finding).seen);
  const head = (text: string): Cell[] => [{ text, bold: true, grow: true }];
  return [
    ...(missing.length === 0 && unknown.length === 0 ? [head(`${title}: nothing stands in the way`)] : []),
    ...(missing.length > 0 ? [head(`${title}: not possible until this is fixed`)] : []),
    ...lines(bad),
    ...(unknown.length > 0 ? [head(`${title}: could not be looked at`)] : []),
    ...lines(unseen),
  ];
}

/** What fixing would change, finding by finding and node by node, each under what it is about. */
export function fixRows(items: readonly DoctorItem[], paper: Paper): Cell[][] {
  return items.flatMap((item, at): Cell[][] => [
    ...(at > 0 ? [[]] : []),
    [
      severitySign(item.severity, paper.signs),
      { text: ` ${item.id}`, bold: true },
      { text: item.node ? ` on ${item.node}` : '', grow: true },
    ],
    ...wrapWords(item.message, paper.width - 2).map((line): Cell[] => [{ text: `  ${line}`, grow: true }]),
    ...changeRows(item, paper),
  ]);
}

function changeRows({ changes = [] }: DoctorItem, { signs, width }: Paper): Cell[][] {
  return changes
    .flatMap((line) => changeLineRows(line, width))
    .map((cells) => cells.map((cell) => gapSign(cell, signs)));
}

function changeLineRows({ kind, text }: ChangeLine, width: number): Cell[][] {
  const indent = kind === 'head' ? '    ' : '      ';
  return brokenLines(text, width - indent.length).map((part): Cell[] => [
    { text: indent, said: { head: '', added: 'added:', removed: 'removed:', same: '' }[kind] },
    { text: part, grow: true, as: changeTints[kind] },
  ]);
}

const changeTints: Readonly<Record<ChangeLine['kind'], Tint>> = {
  head: 'accent',
  added: 'ok',
  removed: 'failed',
  same: 'dim',
};

/** Lines that are left out are shown by the terminal's own sign. */
function gapSign(cell: Cell, signs: Signs): Cell {
  return cell.text === '…' ? { ...cell, text: signs.ellipsis } : cell;
}

/** A text with a word in front of it, wrapped beside that. */
function labelled(label: string, text: string, { width }: Paper, as: Tint = 'plain'): Cell[][] {
  return wrapWords(text, width - labelWidth).map((line, at): Cell[] => [
    { text: at === 0 ? `  ${label}` : '', width: labelWidth, as: 'dim', said: at === 0 ? `${label}:` : '' },
    { text: line, grow: true, as },
  ]);
}

/** To be typed: never cut, and broken only where it must be. */
function commandRows(command: string, { width }: Paper): Cell[][] {
  const room = width - labelWidth;
  const lines = textWidth(command) <= room ? [command] : wrapWords(command, room);
  return lines.map((line, at): Cell[] => [
    { text: at === 0 ? '  type' : '', width: labelWidth, as: 'dim', said: at === 0 ? 'command:' : '' },
    { text: line, grow: true, as: 'accent' },
  ]);
}

const labelWidth = 8;
