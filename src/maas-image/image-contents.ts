import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { RunError } from '../errors.ts';
import type { ImageEdges } from './edges.ts';
import { readTar, type TarEntry } from './tar-entries.ts';
import { needTools } from './tools.ts';

/** What a tarball holds, as far as checks need it. */
export interface ImageContents {
  entries: ReadonlyMap<string, TarEntry>;
  /** The text of a small file; undefined where it is not there. Symbolic links are followed. */
  text(path: string): string | undefined;
  /** Installed packages: versions by name. */
  packages: ReadonlyMap<string, string>;
  compression: Compression;
  /** Bytes of the files in it. */
  unpacked: number;
  bytes: number;
}

export type Compression = 'gz' | 'bz2' | 'xz' | 'zst' | 'none';

const MAGIC: readonly (readonly [Compression, string])[] = [
  ['gz', '1f8b'],
  ['bz2', '425a68'],
  ['xz', 'fd377a585a00'],
  ['zst', '28b52ffd'],
];

const DECOMPRESS = { bz2: 'bzip2', xz: 'xz', zst: 'zstd' } as const;

/** Files whose text is looked into; none is larger than a few MB. */
const WANTED =
  /^(?:curtin\/[^/]+|var\/lib\/dpkg\/status|etc\/(?:machine-id|hostname|hosts|resolv\.conf|shadow|fstab|os-release|apt\/.*|cloud\/.*|network\/.*|netplan\/.*)|usr\/lib\/os-release|root\/\.ssh\/.*)$/;
const LARGEST = 32 * 2 ** 20;

/** Reads a tarball once, from its beginning to its end, without unpacking it. Throws RunError where it is none. */
export async function readImage(
  file: string,
  edges: Pick<ImageEdges, 'start' | 'signal'> & { onRead?: (fraction: number) => void },
): Promise<ImageContents> {
  const { compression, bytes } = await kindOf(file);
  const entries = new Map<string, TarEntry>();
  let unpacked = 0;
  try {
    await readTar(await uncompressed(file, { compression, bytes }, edges), {
      wants: (path, size) => size <= LARGEST && WANTED.test(path),
      onEntry(entry) {
        unpacked += entry.size;
        entries.set(entry.path, entry);
      },
    });
  } catch (cause) {
    edges.signal.throwIfAborted();
    if (cause instanceof RunError) throw cause;
    throw new RunError('this is not an image', {
      where: file,
      why: said(cause as Error, compression),
      fix: FIX,
      cause,
    });
  }
  const text = (path: string): string | undefined => followed(entries, path)?.content?.toString('utf8');
  return {
    entries,
    text,
    packages: installed(text('var/lib/dpkg/status') ?? ''),
    compression,
    unpacked,
    bytes,
  };
}

const FIX = 'give a root tarball (.tar.gz), as `proxwright image build` makes it';

async function kindOf(file: string): Promise<{ compression: Compression; bytes: number }> {
  const handle = await open(file).catch((cause: NodeJS.ErrnoException) => {
    throw new RunError(cause.code === 'ENOENT' ? 'there is no such file' : 'the file cannot be read', {
      where: file,
      ...(cause.code === 'ENOENT' ? {} : { why: cause.message }),
      cause,
    });
  });
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new RunError('this is not a file', { where: file, fix: FIX });
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(6), 0, 6, 0);
    if (bytesRead === 0) throw new RunError('the file is empty', { where: file, fix: FIX });
    const start = buffer.toString('hex');
    return {
      compression: MAGIC.find(([, magic]) => start.startsWith(magic))?.[0] ?? 'none',
      bytes: stats.size,
    };
  } finally {
    await handle.close();
  }
}

async function uncompressed(
  file: string,
  { compression, bytes }: { compression: Compression; bytes: number },
  edges: Pick<ImageEdges, 'start' | 'signal'> & { onRead?: (fraction: number) => void },
): Promise<AsyncIterable<Buffer>> {
  let read = 0;
  const raw = createReadStream(file, { highWaterMark: 2 ** 20, signal: edges.signal });
  raw.on('data', (chunk) => {
    read += chunk.length;
    edges.onRead?.(read / bytes);
  });
  raw.pause();
  if (compression === 'none') return raw;
  // Errors come out of the last stream.
  if (compression === 'gz') return pipeline(raw, createGunzip({ chunkSize: 2 ** 20 }), () => {});
  const tool = DECOMPRESS[compression];
  await needTools(edges, [tool]);
  const running = edges.start([tool, '--decompress', '--stdout']);
  running.stderr.resume();
  pipeline(raw, running.stdin, () => {});
  return running.stdout;
}

function said(error: Error, compression: Compression): string {
  if (/incorrect header|invalid (stored|block|distance|code|bit)/i.test(error.message))
    return 'it is damaged';
  if (/unexpected end of file/i.test(error.message)) return 'it ends too early';
  return compression === 'none' ? `${error.message}, and not compressed by anything known` : error.message;
}

/** Symbolic links of one directory level and hard links; more does not occur for what is looked at. */
function followed(entries: ReadonlyMap<string, TarEntry>, path: string, depth = 0): TarEntry | undefined {
  const entry = entries.get(path) ?? entries.get(path.replace(/^(bin|sbin|lib)\//, 'usr/$1/'));
  if (!entry || depth > 5) return entry;
  if (entry.type === 'hardlink') return followed(entries, entry.link.replace(/^(\.?\/)+/, ''), depth + 1);
  if (entry.type !== 'symlink') return entry;
  const base = entry.link.startsWith('/') ? [] : path.split('/').slice(0, -1);
  const parts: string[] = [...base];
  for (const part of entry.link.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return followed(entries, parts.join('/'), depth + 1);
}

function installed(status: string): Map<string, string> {
  const packages = new Map<string, string>();
  for (const paragraph of status.split('\n\n')) {
    const name = /^Package: (.+)$/m.exec(paragraph)?.[1];
    if (name && /^Status: \S+ ok installed$/m.test(paragraph))
      packages.set(name, /^Version: (.+)$/m.exec(paragraph)?.[1] ?? '');
  }
  return packages;
}
