import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CancelledError } from '../../src/errors.ts';
import { type Download, downloadImage } from '../../src/images/download.ts';
import type { FetchStream } from '../../src/images/edges.ts';

const content = Buffer.from(Array.from({ length: 10_000 }, (_, index) => index % 251));
const value = createHash('sha256').update(content).digest('hex');
const image: Download = {
  url: 'https://example.org/disk.qcow2',
  fileName: 'disk-1-amd64.qcow2',
  checksum: { algorithm: 'sha256', value },
};
let folder: string;
let path: string;
let partial: string;
let ranges: (string | undefined)[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'images-'));
  path = join(folder, image.fileName);
  partial = `${path}.${value.slice(0, 12)}.part`;
  ranges = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A server; `breakAt` ends the connection early once, as a lost network does. */
function server(body: Buffer, behaviour: { breakAt?: number; ranges?: boolean } = {}): FetchStream {
  let { breakAt } = behaviour;
  return async (_url, options) => {
    ranges.push(options?.range);
    const asked = behaviour.ranges === false ? undefined : /^bytes=(\d+)-$/.exec(options?.range ?? '')?.[1];
    const from = Number(asked ?? 0);
    if (asked !== undefined && from >= body.length)
      return { status: 416, headers: {}, body: pieces(Buffer.alloc(0)) };
    const end = breakAt ?? body.length;
    breakAt = undefined;
    return {
      status: asked === undefined ? 200 : 206,
      headers: {
        'content-length': String(body.length - from),
        ...(asked !== undefined && { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` }),
      },
      body: pieces(body.subarray(from, end)),
    };
  };
}

async function* pieces(body: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < body.length; at += 1000) yield body.subarray(at, at + 1000);
}

test('a download ends under its name, alone in the folder, with progress up to 1', async () => {
  const seen: (number | undefined)[] = [];
  const stream = server(content);
  expect(await downloadImage(image, { folder, stream, onProgress: (part) => seen.push(part) })).toBe(path);
  expect(readFileSync(path).equals(content)).toBe(true);
  expect(readdirSync(folder)).toEqual([image.fileName]);
  expect(seen).toHaveLength(10);
  expect(seen.at(0)).toBeCloseTo(0.1);
  expect(seen.at(-1)).toBe(1);
});

test('what is already there and right is not fetched again; what is wrong is replaced', async () => {
  await downloadImage(image, { folder, stream: server(content) });
  await downloadImage(image, { folder, stream: server(content) });
  expect(ranges).toEqual([undefined]);
  writeFileSync(path, 'changed');
  await downloadImage(image, { folder, stream: server(content) });
  expect(readFileSync(path).equals(content)).toBe(true);
});

test('a truncated download is told, and the next run goes on where it stopped', async () => {
  const stream = server(content, { breakAt: 4000 });
  await expect(downloadImage(image, { folder, stream })).rejects.toMatchObject({
    message: 'the connection broke before the image was whole',
    why: '4000 of 10000 bytes have come',
  });
  expect(existsSync(path)).toBe(false);
  await downloadImage(image, { folder, stream });
  expect(ranges).toEqual([undefined, 'bytes=4000-']);
  expect(readFileSync(path).equals(content)).toBe(true);
});

test('a partial file that is whole needs nothing more', async () => {
  writeFileSync(partial, content);
  await downloadImage(image, { folder, stream: server(content) });
  expect(ranges).toEqual(['bytes=10000-']);
  expect(readFileSync(path).equals(content)).toBe(true);
});

test('a corrupt partial file is thrown away and fetched from the start', async () => {
  writeFileSync(partial, Buffer.alloc(3000));
  await downloadImage(image, { folder, stream: server(content) });
  expect(ranges).toEqual(['bytes=3000-', undefined]);
  expect(readFileSync(path).equals(content)).toBe(true);
});

test('a server without ranges sends all of it again', async () => {
  writeFileSync(partial, content.subarray(0, 3000));
  await downloadImage(image, { folder, stream: server(content, { ranges: false }) });
  expect(readFileSync(path).equals(content)).toBe(true);
});

test('a range other than the one asked for is not appended', async () => {
  writeFileSync(partial, content.subarray(0, 3000));
  const whole = server(content);
  const stream: FetchStream = async (url, options) => {
    const answer = await whole(url, options);
    return options?.range ? { ...answer, headers: { 'content-range': 'bytes 0-9999/10000' } } : answer;
  };
  await downloadImage(image, { folder, stream });
  expect(ranges).toEqual(['bytes=3000-', undefined]);
  expect(readFileSync(path).equals(content)).toBe(true);
});

test('a wrong image is deleted and stops', async () => {
  const stream = server(Buffer.alloc(10_000));
  await expect(downloadImage(image, { folder, stream })).rejects.toThrow(
    'the image is not what its checksum says',
  );
  expect(readdirSync(folder)).toEqual([]);
});

test('refusals, broken connections, cancelling and bad names are told apart', async () => {
  const refusing: FetchStream = async () => ({ status: 404, headers: {}, body: pieces(Buffer.alloc(0)) });
  await expect(downloadImage(image, { folder, stream: refusing })).rejects.toThrow(
    'the publisher answers 404',
  );
  const broken: FetchStream = () => Promise.reject(new Error('ECONNRESET'));
  await expect(downloadImage(image, { folder, stream: broken })).rejects.toMatchObject({ why: 'ECONNRESET' });
  const signal = AbortSignal.abort();
  await expect(downloadImage(image, { folder, stream: broken, signal })).rejects.toThrow(CancelledError);
  for (const fileName of ['../x', 'a/b', '..', '']) {
    const out = downloadImage({ ...image, fileName }, { folder, stream: server(content) });
    await expect(out).rejects.toThrow('is not a file name');
  }
});
