import { expect, test } from 'vitest';
import { capabilitiesOf } from '../../src/doctor/capabilities.ts';
import { workflows } from '../../src/workflows/all.ts';

test('nothing is said to be possible that this version has no way to do', () => {
  // Images are uploaded to MAAS by a command of its own.
  const ways = ['maas', ...workflows.map(({ section }) => section)];
  expect(capabilitiesOf([]).filter(({ section }) => !ways.includes(section))).toEqual([]);
  expect(capabilitiesOf([]).map(({ section }) => section)).toEqual(
    expect.arrayContaining(workflows.map(({ section }) => section)),
  );
});
