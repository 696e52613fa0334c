import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { BUNDLED } from '../../src/maas-image/bundled.ts';
import { ASSETS } from './edges.ts';

test.each([
  ['files', BUNDLED.files],
  ['chroot', BUNDLED.chroot],
  ['engines/docker', BUNDLED.docker],
  ['engines/packer', BUNDLED.packer],
])('every file below %s is on the list', (folder, listed) => {
  const there = readdirSync(join(ASSETS, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(join(ASSETS, folder), join(entry.parentPath, entry.name)));
  expect([...listed].sort()).toEqual(there.sort());
});
