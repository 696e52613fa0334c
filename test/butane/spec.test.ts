import { expect, test } from 'vitest';
import { newestSpec, readsSpec, specProblem } from '../../src/butane/spec.ts';

test.each([
  ['3510.3.6', '3.3.0'],
  ['3602.0.0', '3.4.0'],
  ['4152.2.0', '3.4.0'],
  ['current', '3.4.0'],
])('Flatcar %s reads up to %s', (flatcar, spec) => {
  expect(newestSpec(flatcar)).toBe(spec);
});

test('a release reads what is older', () => {
  expect(readsSpec('3510.2.0', '3.3.0')).toBe(true);
  expect(readsSpec('3510.2.0', '3.4.0')).toBe(false);
  expect(readsSpec('4152.2.0', '3.0.0')).toBe(true);
  expect(readsSpec('4152.2.0', '3.7.0-experimental')).toBe(false);
});

test('a refusal names what could read the config', () => {
  expect(specProblem({ name: 'flatcar-lts', flatcar: '3510.3.6' }, '3.3.0')).toBeUndefined();
  expect(specProblem({ name: 'flatcar-lts', flatcar: '3510.3.6' }, '3.4.0')).toBe(
    'flatcar-lts (Flatcar 3510.3.6) reads Ignition 3.3.0 at most, the config is 3.4.0; ' +
      'Flatcar from 3602 on reads it; or write the config as variant: flatcar, version: 1.0.0',
  );
  expect(specProblem({ name: 'flatcar', flatcar: '4152.2.0' }, '3.7.0-experimental')).toBe(
    'flatcar (Flatcar 4152.2.0) reads Ignition 3.4.0 at most, the config is 3.7.0-experimental; ' +
      'no Flatcar release reads 3.7.0-experimental; or write the config as variant: flatcar, version: 1.1.0',
  );
});
