/** Fetches an image into a local folder, for targets that cannot fetch it themselves. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CancelledError, ProxwrightError, TargetError } from '../errors.ts';
import type { ChecksumAlgorithm } from './checksums.ts';
import type { FetchStream } from './edges.ts';

export interface Download {
  url: string;
  /** Name in the folder; no path. */
  fileName: string;
  checksum: { algorithm: ChecksumAlgorithm; value: string };
}

export interface DownloadOptions {
  folder: string;
  stream: FetchStream;
  /** Fraction from 0 to 1; undefined where the server does not say how much there is. */
  onProgress?: (fraction: number | undefined, bytes: number) => void;
  signal?: AbortSignal;
}

/**
 * Downloads, resuming what an earlier run left, and checks while the bytes pass. Gives the path of the file,
 * which exists only when its checksum is right. A wrong checksum after a resume is tried once from the start;
 * a second one deletes the file and throws TargetError.
 */
export async function downloadImage(image: Download, options: DownloadOptions): Promise<string> {
  if (basename(image.fileName) !== image.fileName || /^\.*$/.test(image.fileName)) {
    throw new TargetError(`"${image.fileName}" is not a file name`, { where: image.url });
  }
  const path = join(options.folder, image.fileName);
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  if ((await sizeOf(path)) > 0) {
    if ((await hashFile(path, image.checksum.algorithm)).digest('hex') === image.checksum.value) return path;
    await rm(path);
  }
  // The checksum in the name: what was left of another version is never continued.
  const partial = `${path}.${image.checksum.value.slice(0, 12)}.part`;
  const resumed = (await sizeOf(partial)) > 0;
  if (await matches(image, partial, options)) return finish(partial, path);
  await rm(partial, { force: true });
  if (resumed && (await matches(image, partial, options))) return finish(partial, path);
  await rm(partial, { force: true });
  throw new TargetError('the image is not what its checksum says', {
    where: image.url,
    why: `its ${image.checksum.algorithm} differs from ${image.checksum.value}`,
    fix: 'try again later (the publisher may just be replacing it); do not use what was downloaded',
  });
}

async function matches(image: Download, partial: string, options: DownloadOptions): Promise<boolean> {
  const digest = await fetchRest(image, partial, options);
  return digest === image.checksum.value;
}

async function finish(partial: string, path: string): Promise<string> {
  await rename(partial, path);
  return path;
}

/** Appends what is missing to the partial file and gives the digest of the whole. */
async function fetchRest(image: Download, partial: string, options: DownloadOptions): Promise<string> {
  let have = await sizeOf(partial);
  let hash =
    have > 0 ? await hashFile(partial, image.checksum.algorithm) : createHash(image.checksum.algorithm);
  const answer = await guarded(image.url, options.signal, () =>
    options.stream(image.url, {
      ...(options.signal && { signal: options.signal }),
      ...(have > 0 && { range: `bytes=${have}-` }),
    }),
  );
  // 416: nothing follows what is there, so it is whole, or too long and then wrong.
  if (answer.status === 416) return hash.digest('hex');
  if (answer.status === 200 || startOf(answer.headers['content-range']) !== have) {
    const refusal = answer.status !== 200 && answer.status !== 206;
    const otherRange = answer.status === 206 && have > 0;
    if (refusal || otherRange) await discard(answer.body);
    if (refusal) throw refused(image.url, answer.status);
    if (otherRange) return ''; // matches no checksum, so all is fetched again
    have = 0;
    hash = createHash(image.checksum.algorithm);
  }
  const length = Number(answer.headers['content-length'] ?? Number.NaN);
  const total = Number.isFinite(length) ? have + length : undefined;
  const file = await open(partial, have > 0 ? 'a' : 'w', 0o600);
  try {
    await guarded(image.url, options.signal, async () => {
      for await (const piece of answer.body) {
        await file.writeFile(piece);
        hash.update(piece);
        have += piece.length;
        options.onProgress?.(total === undefined ? undefined : Math.min(1, have / total), have);
      }
    });
    if (total !== undefined && have < total) {
      throw new TargetError('the connection broke before the image was whole', {
        where: image.url,
        why: `${have} of ${total} bytes have come`,
        fix: 'run again: it goes on where it stopped',
      });
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

/** Ends a connection whose content is of no use. */
async function discard(body: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _piece of body) return;
}

function startOf(contentRange: string | undefined): number | undefined {
  const start = /^bytes (\d+)-/.exec(contentRange ?? '')?.[1];
  return start === undefined ? undefined : Number(start);
}

function refused(url: string, status: number): TargetError {
  return new TargetError(`the publisher answers ${status}`, {
    where: url,
    fix: status === 404 ? 'choose another version, or check the address' : 'try again later',
  });
}

async function guarded<T>(url: string, signal: AbortSignal | undefined, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (signal?.aborted) throw new CancelledError(undefined, { cause: error });
    if (error instanceof ProxwrightError) throw error;
    throw new TargetError('the download failed', {
      where: url,
      why: error instanceof Error ? error.message : String(error),
      fix: 'run again: it goes on where it stopped',
      cause: error,
    });
  }
}

async function hashFile(path: string, algorithm: ChecksumAlgorithm): Promise<Hash> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path), async (pieces: AsyncIterable<Buffer>) => {
    for await (const piece of pieces) hash.update(piece);
  });
  return hash;
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}
