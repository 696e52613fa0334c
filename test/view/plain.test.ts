import { expect, test } from 'vitest';
import type { RunEvent } from '../../src/run/events.ts';
import { jsonLine } from '../../src/view/json-lines.ts';
import { plainView } from '../../src/view/plain.ts';
import { casesIn } from './cases.ts';

interface PlainCase {
  ascii?: boolean;
  verbose?: boolean;
  width?: number;
  events: readonly RunEvent[];
}

const cases = casesIn('plain');

test.each(cases)('$name', ({ given, expected }) => {
  const { ascii = false, verbose = false, width = 80, events } = given as PlainCase;
  const tell = plainView({ ascii, verbose, width, timeZone: 'UTC' });
  expect(`${events.flatMap(tell).join('\n')}\n`).toBe(expected);
});

test('an event as JSON is one line that reads back the same', () => {
  for (const { given } of cases) {
    for (const event of (given as PlainCase).events) {
      const line = jsonLine(event);
      expect(line).not.toMatch(/[\n\r\u0080-\u009f\u2028\u2029]/);
      expect(JSON.parse(line)).toEqual(event);
    }
  }
});
