import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { pressesIn } from '../../src/view/press.ts';
import { moved, windowAround } from '../../src/view/scroll.ts';
import { placeCells } from '../../src/view/text/cells.ts';
import { agoText, clockText, durationText, remainingText } from '../../src/view/text/durations.ts';
import { cut, cutMiddle, fitted, textWidth, wrapWords } from '../../src/view/text/fit.ts';
import { harmless } from '../../src/view/text/harmless.ts';
import { asciiText } from '../../src/view/text/signs.ts';
import { sizeText } from '../../src/view/text/sizes.ts';
import { tableLines } from '../../src/view/text/table.ts';
import { typedView } from '../../src/view/typed-view.ts';
import { type Typing, type, typingOf } from '../../src/view/typing.ts';
import { alignedDetails } from '../../src/view/wizard/pick-cells.ts';

const GiB = 1024 ** 3;

test.each([
  [0, '0 GiB'],
  [512, '512 B'],
  [64 * 1024 ** 2, '64 MiB'],
  [1.1 * GiB, '1.1 GiB'],
  [2 * GiB, '2 GiB'],
  [9.96 * GiB, '10 GiB'],
  [412 * GiB, '412 GiB'],
  [1946 * GiB, '1.9 TiB'],
  [Number.NaN, '0 GiB'],
])('%d bytes are %s', (bytes, text) => expect(sizeText(bytes)).toBe(text));

test.each([
  [0, '0 s'],
  [420, '0.4 s'],
  [12_300, '12 s'],
  [59_700, '1 min'],
  [80_000, '1 min 20 s'],
  [12 * 60_000 + 40_000, '13 min'],
  [125 * 60_000, '2 h 5 min'],
  [3 * 24 * 3_600_000, '3 days'],
  [-5, '0 s'],
])('%d ms are %s', (ms, text) => expect(durationText(ms)).toBe(text));

test('clocks, ages and estimates', () => {
  expect(clockText(41_900)).toBe('00:41');
  expect(clockText(3_723_000)).toBe('1:02:03');
  expect(agoText(0, 20_000)).toBe('just now');
  expect(agoText(0, 12 * 60_000)).toBe('12 min ago');
  expect(agoText(0, 30 * 3_600_000)).toBe('yesterday');
  expect(agoText(0, 80 * 3_600_000)).toBe('3 days ago');
  expect(remainingText(2000)).toBe('a few seconds left');
  expect(remainingText(22_000)).toBe('about 25 s left');
  expect(remainingText(170_000)).toBe('about 3 min left');
  expect(remainingText(2.5 * 3_600_000)).toBe('about 2 h 30 min left');
});

test('a long address begins where it stands, and is broken between its parts', () => {
  const where = 'where: https://stable.release.flatcar-linux.net/amd64-usr/4593.2.5/flatcar_production.img';
  expect(wrapWords(where, 50)).toEqual([
    'where: https://stable.release.flatcar-linux.net/',
    'amd64-usr/4593.2.5/flatcar_production.img',
  ]);
  expect(wrapWords('a word that is long: abcdefghijklmnopqrstuvwxyz', 20)).toEqual([
    'a word that is long:',
    'abcdefghijklmnopqrst',
    'uvwxyz',
  ]);
});

describe('texts from elsewhere', () => {
  test.each([
    ['web-1', 'web-1'],
    ['Köln 東京 👩‍💻', 'Köln 東京 👩‍💻'],
    ['\x1b[31mred\x1b[0m', 'red'],
    ['\x1b]0;title\x07name', 'name'],
    ['\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\', 'link'],
    ['a\nb\r\nc\td', 'a b c d'],
    ['a\u009b31mb', 'ab'],
    ['ring\x07', 'ring?'],
    ['abc\u202efdp.exe', 'abc?fdp.exe'],
    ['half \ud83d', 'half \ufffd'],
  ])('%j becomes %j', (text, shown) => expect(harmless(text)).toBe(shown));
});

describe('widths', () => {
  test('wide characters count two columns and are never halved', () => {
    expect(textWidth('東京')).toBe(4);
    expect(fitted('東京都', 5)).toBe('東京…');
    expect(fitted('東京都', 4)).toBe('東… ');
    expect(fitted('👩‍💻x', 2)).toBe('… ');
    expect(fitted('12', 5, { align: 'right' })).toBe('   12');
  });
  test('counting the simple characters gives what segmenting would', () => {
    for (const range of [
      [0x20, 0x7e],
      [0xa1, 0x2ff],
      [0x2010, 0x2027],
      [0x2190, 0x2193],
      [0x2500, 0x259f],
      [0x2800, 0x28ff],
    ]) {
      for (let code = range[0]!; code <= range[1]!; code += 1) {
        expect(textWidth(String.fromCodePoint(code))).toBe(stringWidth(String.fromCodePoint(code)));
      }
    }
    for (const sign of '⏎✓✗❯') expect(textWidth(sign)).toBe(stringWidth(sign));
  });
  test('cutting keeps within any width', () => {
    for (let width = 0; width < 12; width += 1) {
      expect(textWidth(cut('ab東京👩‍💻é fin', width))).toBeLessThanOrEqual(width);
      expect(textWidth(fitted('ab東京👩‍💻é fin', width))).toBe(width);
    }
  });
  test('titles keep both ends', () => {
    expect(cutMiddle('clone flatcar-stable into edge-server-1', 25)).toBe('clone flatca…dge-server-1');
    expect(cutMiddle('東京都 clone 大阪府', 10)).toBe('東京…阪府');
    expect(cutMiddle('short', 9)).toBe('short');
    expect(cutMiddle('abcdef', 4)).toBe('abc…');
  });
  test('words are wrapped, longer ones broken', () => {
    expect(wrapWords('the quick brown fox', 9)).toEqual(['the quick', 'brown fox']);
    expect(wrapWords('sha256:0123456789 x', 8)).toEqual(['sha256:', '01234567', '89 x']);
    expect(wrapWords('東京', 1)).toEqual(['東', '京']);
  });
  test('cells fill exactly their line, the last give way', () => {
    const line = (width: number) =>
      placeCells([{ text: 'name' }, { text: 'middle', grow: true }, { text: 'end' }], width)
        .map((cell) => cell.text)
        .join('');
    expect(line(16)).toBe('namemiddle   end');
    expect(line(9)).toBe('namem…end');
    expect(line(6)).toBe('namee…');
    expect(line(3)).toBe('na…');
  });
});

test('tables align, and their widest column gives way', () => {
  const rows = [
    ['name', 'id'],
    ['edge-server-1', '9101'],
    ['東京', '7'],
  ];
  expect(tableLines(rows, { align: 'lr' })).toEqual([
    'name             id',
    'edge-server-1  9101',
    '東京              7',
  ]);
  expect(tableLines(rows, { align: 'lr', width: 12 })).toEqual([
    'name      id',
    'ed…r-1  9101',
    '東京       7',
  ]);
});

test('sizes in the details of choices stand under each other', () => {
  expect(
    alignedDetails(['thin   412 GiB free   on all', 'rbd   1.9 TiB free   shared', 'dir   61 GiB free']),
  ).toEqual(['thin  412 GiB free  on all', 'rbd   1.9 TiB free  shared', 'dir    61 GiB free']);
});

test('signs have ASCII words, letters stay', () => {
  expect(asciiText('22 → 10 GiB, 3 × Köln…')).toBe('22 -> 10 GiB, 3 x Köln...');
});

test('a window follows its cursor, a cursor wraps by single steps only', () => {
  expect(windowAround(0, 3, 5)).toEqual({ from: 0, to: 3 });
  expect(windowAround(50, 100, 10)).toEqual({ from: 45, to: 55 });
  expect(windowAround(99, 100, 10)).toEqual({ from: 90, to: 100 });
  expect(moved(0, -1, 4)).toBe(3);
  expect(moved(1, -10, 4)).toBe(0);
  expect(moved(0, 1, 0)).toBe(0);
});

describe('typing', () => {
  const typed = (line: Typing, ...keys: string[]) =>
    keys
      .flatMap((key) =>
        key.length > 1 && !key.startsWith('^') ? [{ key, text: '' } as never] : pressesIn(key),
      )
      .reduce((now: Typing, press) => type(now, press) ?? now, line);

  test('goes where the caret is', () => {
    expect(typed(typingOf('ade'), 'home', 'right', 'b')).toEqual({ text: 'abde', caret: 2 });
    expect(typed(typingOf('ab'), 'backspace', 'backspace', 'backspace')).toEqual({ text: '', caret: 0 });
    expect(typed(typingOf('ab'), 'left', 'delete')).toEqual({ text: 'a', caret: 1 });
  });
  test('takes joined characters as one', () => {
    expect(typed(typingOf('a👩‍💻'), 'backspace')).toEqual({ text: 'a', caret: 1 });
  });
  test('knows the keys of shells', () => {
    expect(type(typingOf('one two '), { key: 'ctrl', text: 'w' })).toEqual({ text: 'one ', caret: 4 });
    expect(type({ text: 'one two', caret: 4 }, { key: 'ctrl', text: 'u' })).toEqual({
      text: 'two',
      caret: 0,
    });
    expect(type({ text: 'one two', caret: 3 }, { key: 'ctrl', text: 'k' })).toEqual({
      text: 'one',
      caret: 3,
    });
  });
  test('pasted control characters do no harm', () => {
    expect(type(typingOf(''), { key: 'text', text: 'a\nb\x1b[2Jc' })).toEqual({ text: 'a bc', caret: 4 });
  });
  test('shows the part around the caret, a secret only as its length', () => {
    expect(typedView({ text: 'abcdefghij', caret: 10 }, 5)).toEqual({ before: 'hij', under: '', after: '' });
    expect(typedView({ text: 'abcdefghij', caret: 0 }, 5)).toEqual({ before: '', under: 'a', after: 'bcd' });
    expect(typedView(typingOf('secret'), 20, '•')).toEqual({ before: '••••••', under: '', after: '' });
  });
});

test('keys that arrive in one piece are taken apart', () => {
  expect(pressesIn('ab\r\x7f\x13')).toEqual([
    { key: 'text', text: 'ab' },
    { key: 'enter', text: '' },
    { key: 'backspace', text: '' },
    { key: 'ctrl', text: 's' },
  ]);
});
