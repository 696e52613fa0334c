import { expect, test } from 'vitest';
import { findImage, loadCatalogue } from '../../src/images/catalogue.ts';
import { mirrorOf } from '../../src/images/mirror.ts';

test('a Flatcar entry is served with its version text, for both architectures and transports', () => {
  const images = mirrorOf([findImage('flatcar-stable')]);
  expect(images).toHaveLength(4);
  const url =
    'https://stable.release.flatcar-linux.net/amd64-usr/4593.2.5/flatcar_production_proxmoxve_image.img';
  expect(images[0]).toEqual({
    url,
    format: 'qcow2',
    sums: {
      url: `${url}.DIGESTS`,
      algorithm: 'sha512',
      style: 'flatcar',
      signature: { url: `${url}.DIGESTS.asc`, kind: 'clearsigned' },
    },
    texts: [
      {
        url: 'https://stable.release.flatcar-linux.net/amd64-usr/current/version.txt',
        text: 'FLATCAR_VERSION=4593.2.5\nPROXWRIGHT_SANDBOX=1\n',
      },
    ],
  });
});

test('an image that the current version lacks is not served', () => {
  const urls = mirrorOf([findImage('flatcar-lts')]).map((image) => image.url);
  expect(urls.filter((url) => url.includes('proxmoxve'))).toEqual([]);
});

test('no template is left open, and no address is served twice', () => {
  const images = mirrorOf(loadCatalogue());
  const urls = images.flatMap((image) => [image.url, image.sums!.url, image.sums!.signature?.url ?? '']);
  expect(urls.filter((url) => /[{}]/.test(url))).toEqual([]);
  expect(new Set(images.map((image) => image.url)).size).toBe(images.length);
});
