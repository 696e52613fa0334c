import { beforeAll, expect, test } from 'vitest';
import type { Fetch } from '../../src/images/edges.ts';
import { resolveImage } from '../../src/images/resolve.ts';
import type { ResolveOptions } from '../../src/images/resolved.ts';
import { makePublisher, type Publisher } from './publisher.ts';

const url = 'https://example.org/images/My_Image.qcow2';
const value = 'ab'.repeat(32);
let publisher: Publisher;
let options: ResolveOptions;

beforeAll(async () => {
  publisher = await makePublisher([]);
  options = { arch: 'amd64', fetch: publisher.fetch };
  const sums = `${value}  My_Image.qcow2\n`;
  publisher.files.set('https://example.org/SUMS', Buffer.from(sums));
  publisher.files.set('https://example.org/SUMS.gpg', await publisher.detached(sums));
  publisher.files.set('https://example.org/SUMS.asc', Buffer.from(await publisher.clearsigned(sums)));
});

test('a checksum that is given counts as given', async () => {
  expect(await resolveImage({ url, checksum: `sha256:${value.toUpperCase()}` }, options)).toEqual({
    id: 'my_image',
    title: 'My_Image.qcow2',
    arch: 'amd64',
    url,
    fileName: 'my_image-abababababab-amd64.qcow2',
    format: 'qcow2',
    checksum: { algorithm: 'sha256', value },
    verifiedBy: { kind: 'answers' },
  });
});

test('a checksum file is fetched, and its signature verified', async () => {
  const checksum = 'https://example.org/SUMS';
  expect((await resolveImage({ url, checksum }, options)).verifiedBy).toEqual({ kind: 'https' });
  const signed = { kind: 'signature', fingerprint: publisher.fingerprint };
  const keys = [publisher.publicKey];
  const detached = { url, checksum, signature: `${checksum}.gpg` };
  expect((await resolveImage(detached, { ...options, keys })).verifiedBy).toEqual(signed);
  const clear = { url, signature: `${checksum}.asc` };
  expect((await resolveImage(clear, { ...options, keys })).verifiedBy).toEqual(signed);
  await expect(resolveImage({ ...clear, checksum: 'cd'.repeat(32) }, { ...options, keys })).rejects.toThrow(
    'differs from the one given',
  );
});

test.each([
  ['without checksum', { url }, 'needs a checksum'],
  ['with nonsense for a checksum', { url, checksum: 'sha256:12' }, '"sha256:12" is not a checksum'],
  ['with an unsigned checksum over http', { url, checksum: 'http://example.org/SUMS' }, 'needs a checksum'],
  [
    'with a signature but no key',
    { url, signature: 'https://example.org/SUMS.asc' },
    'needs the publisher’s public key',
  ],
  ['that is compressed', { url: `${url}.xz`, checksum: value }, 'compressed image cannot be imported'],
  ['that is no address', { url: '/srv/x.qcow2', checksum: value }, 'not the address of an image'],
])('an address %s is refused', async (_case, image, message) => {
  await expect(resolveImage(image, options)).rejects.toThrow(message);
});

test.each([
  ['514649fb00000003', 'qcow2'],
  ['4b444d5601000000', 'vmdk'],
  ['eb63900000000000', 'raw'],
])('an .img that begins with %s is %s', async (head, format) => {
  const fetch: Fetch = async (_url, asked) => {
    expect(asked?.range).toBe('bytes=0-511');
    return { status: 206, body: Buffer.from(head, 'hex'), headers: {} };
  };
  const image = await resolveImage(
    { url: 'https://example.org/disk.img', checksum: value },
    { ...options, fetch },
  );
  expect(image.format).toBe(format);
  expect(image.fileName).toBe(`disk-abababababab-amd64.${format}`);
});

test('an .img of unknown or compressed content needs the user', async () => {
  const image = { url: 'https://example.org/disk.img', checksum: value };
  const gzip: Fetch = async () => ({ status: 206, body: Buffer.from('1f8b0800', 'hex'), headers: {} });
  await expect(resolveImage(image, { ...options, fetch: gzip })).rejects.toThrow('compressed');
  const whole: Fetch = async () => ({ status: 200, body: Buffer.alloc(0), headers: {} });
  await expect(resolveImage(image, { ...options, fetch: whole })).rejects.toThrow('cannot tell the format');
});
