import { expect, test } from 'vitest';
import type { Picture } from '../../../src/plan/picture.ts';
import { pictureLines } from '../../../src/view/picture/picture.ts';
import { pictureWords } from '../../../src/view/picture/words.ts';
import { textWidth } from '../../../src/view/text/fit.ts';
import { signsFor } from '../../../src/view/text/signs.ts';
import { casesIn } from '../cases.ts';

interface PictureCase {
  picture: Picture;
  width: number;
  height?: number;
  ascii?: boolean;
  /** The sentences for screen readers in place of the drawing. */
  words?: boolean;
}

const cases = casesIn('picture');

test.each(cases)('$name', ({ given, expected }) => {
  const { picture, width, height, ascii = false, words = false } = given as PictureCase;
  const lines = words
    ? pictureWords(picture)
    : pictureLines(picture, { width, signs: signsFor(ascii), ...(height === undefined ? {} : { height }) });
  expect(`${lines.join('\n')}\n`).toBe(expected);
});

test('no picture is wider or higher than its room, however little that is', () => {
  for (const { given } of cases) {
    const { picture } = given as PictureCase;
    for (const width of [20, 33, 47, 60, 80, 121]) {
      for (const height of [1, 3, 7, 12, 30]) {
        const lines = pictureLines(picture, { width, height, signs: signsFor(false) });
        expect(lines.length).toBeLessThanOrEqual(height);
        for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
      }
    }
  }
});
