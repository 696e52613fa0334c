import { expect, test } from 'vitest';
import { isBefore84, unsupportedReason } from '../../src/pve/version.ts';

test.each(['8.0.3', '8.3.5', '8.4.0', '8.4.14', '9.0.3', '9.1.1', '9.2.11', '9.2'])(
  '%s is supported',
  (version) => {
    expect(unsupportedReason(version)).toBeUndefined();
  },
);

test.each([
  ['7.4-17', 'older than 8.0'],
  ['6.4', 'older than 8.0'],
  ['9.3.1', 'newer than 9.2'],
  ['10.0', 'newer than 9.2'],
  ['', 'no version'],
  ['unknown', 'no version'],
])('"%s" is refused: %s', (version, reason) => {
  expect(unsupportedReason(version)).toContain(reason);
});

test.each([
  ['8.0.3', true],
  ['8.3.5', true],
  ['8.4.0', false],
  ['9.0.1', false],
  ['unknown', false],
])('%s is before 8.4: %s', (version, before) => {
  expect(isBefore84(version)).toBe(before);
});
