import { expect, test } from 'vitest';
import { unsupportedReason } from '../../src/pve/version.ts';

test.each(['8.4.0', '8.4.14', '9.0.3', '9.1.1', '9.2.11', '9.2'])('%s is supported', (version) => {
  expect(unsupportedReason(version)).toBeUndefined();
});

test.each([
  ['8.3.5', 'older than 8.4'],
  ['7.4-17', 'older than 8.4'],
  ['9.3.1', 'newer than 9.2'],
  ['10.0', 'newer than 9.2'],
  ['', 'no version'],
  ['unknown', 'no version'],
])('"%s" is refused: %s', (version, reason) => {
  expect(unsupportedReason(version)).toContain(reason);
});
