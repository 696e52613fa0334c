import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { expect, test } from 'vitest';
import { assetPath, listAssets, readAsset } from '../src/assets.ts';

test('bundled files are found by relative name', () => {
  const path = assetPath('keys/flatcar.asc');
  expect(isAbsolute(path) && existsSync(path)).toBe(true);
  expect(readAsset('keys/flatcar.asc')).toMatch(/^-----BEGIN PGP PUBLIC KEY BLOCK-----/);
  expect(listAssets('keys')).toContain('flatcar.asc');
});

test('a folder that is not there is empty; a file that is not there is an error', () => {
  expect(listAssets('nothing')).toEqual([]);
  expect(() => readAsset('nothing.txt')).toThrow('ENOENT');
});
