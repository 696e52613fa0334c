import { describe, expect, test } from 'vitest';
import { findChecksum, parseChecksum } from '../../src/images/checksums.ts';

const sha256 = 'ab'.repeat(32);
const sha512 = 'cd'.repeat(64);

describe('a checksum file', () => {
  test.each([
    ['two blanks', `${sha256}  disk.qcow2\n`],
    ['a star', `${sha256} *disk.qcow2\n`],
    ['a leading ./', `${sha256}  ./disk.qcow2\n`],
    ['upper case and CRLF', `${sha256.toUpperCase()}  disk.qcow2\r\n`],
    ['BSD style', `SHA256 (disk.qcow2) = ${sha256}\n`],
    [
      'other files before',
      `${'00'.repeat(32)}  other.qcow2\n${'11'.repeat(32)}  x-disk.qcow2\n${sha256}  disk.qcow2`,
    ],
  ])('with %s', (_style, text) => {
    expect(findChecksum(text, { file: 'disk.qcow2', algorithm: 'sha256' })).toEqual({
      algorithm: 'sha256',
      value: sha256,
    });
  });

  test('in Flatcar’s blocks', () => {
    const text = `# MD5 HASH\n${'0'.repeat(32)}  d.img\n# SHA1 HASH\n${'0'.repeat(40)}  d.img\n# SHA512 HASH\n${sha512}  d.img\n`;
    expect(findChecksum(text, { file: 'd.img', algorithm: 'sha512' })?.value).toBe(sha512);
    expect(findChecksum(text, { file: 'd.img', algorithm: 'sha256' })).toBeUndefined();
  });

  test('with Fedora’s sizes', () => {
    const text = `# a.qcow2: 99 bytes\nSHA256 (a.qcow2) = ${'00'.repeat(32)}\n# d.qcow2: 528154624 bytes\nSHA256 (d.qcow2) = ${sha256}\n`;
    expect(findChecksum(text, { file: 'd.qcow2', algorithm: 'sha256' })?.size).toBe(528154624);
  });

  test.each([
    ['another file', `${sha256}  disk.qcow2.sig\n`],
    ['another algorithm', `${sha512}  disk.qcow2\n`],
    ['a hash of a wrong length', `${sha256}0  disk.qcow2\n`],
    ['a name of a wrong algorithm', `SHA512 (disk.qcow2) = ${sha256}\n`],
    ['nothing', ''],
  ])('with %s has no line for it', (_case, text) => {
    expect(findChecksum(text, { file: 'disk.qcow2', algorithm: 'sha256' })).toBeUndefined();
  });
});

test('a checksum of the user’s is read with or without its algorithm', () => {
  expect(parseChecksum(`sha256:${sha256}`)).toEqual({ algorithm: 'sha256', value: sha256 });
  expect(parseChecksum(` ${sha512.toUpperCase()} `)).toEqual({ algorithm: 'sha512', value: sha512 });
  for (const wrong of ['', 'sha512:abc', `sha512:${sha256}`, `md5:${'0'.repeat(32)}`]) {
    expect(parseChecksum(wrong)).toBeUndefined();
  }
});
