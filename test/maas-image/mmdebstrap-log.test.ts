import { expect, test } from 'vitest';
import type { ImageEvent } from '../../src/maas-image/edges.ts';
import { mmdebstrapProgress } from '../../src/maas-image/mmdebstrap-log.ts';

/** Lines as mmdebstrap 1.3 and 1.5 write them, cut to two packages. */
const LOG = `I: automatically chosen mode: root
I: running apt-get update...
Get:1 http://deb.debian.org/debian trixie InRelease [140 kB]
Fetched 10.2 MB in 1s (8219 kB/s)
I: downloading packages with apt...
0 upgraded, 2 newly installed, 0 to remove and 0 not upgraded.
Need to get 2,000 kB of archives.
Get:1 http://deb.debian.org/debian trixie/main amd64 one amd64 1.0 [500 kB]
Get:2 http://deb.debian.org/debian trixie/main amd64 two amd64 1.0 [1,500 kB]
I: extracting archives...
I: installing essential packages...
Preparing to unpack .../one_1.0_amd64.deb ...
Unpacking one (1.0) ...
Setting up one (1.0) ...
I: installing remaining packages inside the chroot...
0 upgraded, 1 newly installed, 0 to remove and 0 not upgraded.
Need to get 0 B/10.0 MB of archives.
Unpacking three (1.0) ...
Setting up three (1.0) ...
I: running --customize-hook directly: /w/after-packages /w/root
proxwright: step 1/8 kernel
proxwright: step 5/8 boot loader
I: creating tarball...`;

test('phases and fractions come from what apt and dpkg report', () => {
  const events: Extract<ImageEvent, { type: 'phase' }>[] = [];
  const read = mmdebstrapProgress((event) => events.push(event));
  for (const line of LOG.split('\n')) read(line);
  expect(
    events.map(({ phase, fraction, detail }) => `${phase} ${fraction}${detail ? ` ${detail}` : ''}`),
  ).toEqual([
    'index 0',
    'index 1',
    'download-base 0',
    'download-base 0.25 0.5 of 2 MB',
    'download-base 1 2.0 of 2 MB',
    'base 0',
    'base 0.25 one',
    'base 0.5 one',
    'base 1',
    'download 0',
    'download 1',
    'install 0',
    'install 0.5 three',
    'install 1 three',
    'setup 0',
    'setup 0.5 boot loader',
    'setup 1',
    'pack 0',
  ]);
});

test('fractions never go beyond 1, and not back within a phase', () => {
  const events: Extract<ImageEvent, { type: 'phase' }>[] = [];
  const read = mmdebstrapProgress((event) => events.push(event));
  read('I: installing remaining packages inside the chroot...');
  read('0 upgraded, 1 newly installed, 0 to remove and 0 not upgraded.');
  for (let at = 0; at < 10; at++) read(`Setting up p${at} (1.0) ...`);
  const fractions = events.filter(({ phase }) => phase === 'install').map(({ fraction }) => fraction);
  expect(Math.max(...fractions)).toBe(1);
  expect([...fractions].sort((one, other) => one - other)).toEqual(fractions);
});
