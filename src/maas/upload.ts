import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { RunError, TargetError } from '../errors.ts';
import {
  type BootFile,
  type BootResource,
  listUploaded,
  readResource,
  resourceOf,
} from './boot-resources.ts';
import { askMaas, type MaasAccess, type MaasEdges } from './client.ts';

export interface Upload {
  /** The tarball, gzipped. */
  file: string;
  /** sha256 that its manifest says; a file with another one is refused. */
  expected?: string;
  /** Without `custom/`. */
  name: string;
  title: string;
  /** `amd64`. */
  arch: string;
  /** What MAAS takes it for: `ubuntu/jammy` makes it send a netplan. */
  baseImage: string;
}

export interface Uploaded {
  id: number;
  sha256: string;
  bytes: number;
  /** MAAS had it already, whole. */
  unchanged: boolean;
}

export type UploadProgress = (step: 'reading' | 'sending' | 'waiting', fraction: number) => void;

/** As large as MAAS' own clients send it. */
const PIECE = 4 * 2 ** 20;
/** Milliseconds: until MAAS has put a whole file together and checked it. */
const MOST_WAIT = 15 * 60_000;
const POLL = 2000;

/**
 * Brings a tarball into MAAS under a name, in pieces; one that is there already, whole, is left alone.
 * Throws RunError (the file), TargetError (MAAS) and what the signal was aborted with.
 */
export async function uploadImage(
  { file, expected, name, title, arch, baseImage }: Upload,
  access: MaasAccess,
  { edges, progress }: { edges: MaasEdges; progress: UploadProgress },
): Promise<Uploaded> {
  const { sha256, bytes } = await sumOf(file, { progress, signal: edges.signal });
  if (expected !== undefined && expected !== sha256) {
    throw new RunError('the image is not what its manifest says', {
      where: file,
      why: `its sha256 is ${sha256}, expected was ${expected}`,
      fix: 'build it again, and upload that',
    });
  }
  const architecture = `${arch}/generic`;
  const there = (await listUploaded(access, edges)).filter(
    (one) => one.name === name && one.architecture.startsWith(arch),
  );
  for (const { id } of there) {
    const { files } = await readResource(id, access, edges);
    // Only the newest set is deployed; sent again, a whole file is deleted by MAAS 3.8.
    if (files[0]?.sha256 === sha256 && files[0].complete) return { id, sha256, bytes, unchanged: true };
  }

  const form = new FormData();
  const fields = { name, title, architecture, filetype: 'tgz', sha256, size: String(bytes) };
  for (const [key, value] of Object.entries(fields)) form.set(key, value);
  // On a known image MAAS keeps what it has.
  if (there.length === 0) form.set('base_image', baseImage);
  const made = resourceOf(await askMaas('boot-resources/', access, { method: 'POST', body: form, edges }));
  const part = partOf(made, sha256);
  if (!part.complete) {
    if (part.upload === undefined)
      throw new TargetError('MAAS does not say where the image is to be sent', { where: name });
    await send(file, { bytes, to: new URL(part.upload, access.base), access, edges, progress });
  }
  await whole(made.id, { sha256, access, edges, progress });
  return { id: made.id, sha256, bytes, unchanged: false };
}

interface Sending {
  bytes: number;
  to: URL;
  access: MaasAccess;
  edges: MaasEdges;
  progress: UploadProgress;
}

/** In order, one at a time: MAAS appends what comes. */
async function send(file: string, { bytes, to, access, edges, progress }: Sending): Promise<void> {
  const handle = await open(file);
  try {
    for (let sent = 0; sent < bytes; ) {
      edges.signal.throwIfAborted();
      const piece = await readPiece(handle, Math.min(PIECE, bytes - sent), { at: sent, file });
      await askMaas(to, access, {
        method: 'PUT',
        body: piece,
        type: 'application/octet-stream',
        edges,
      }).catch((error: unknown) => {
        throw sendingFailed(error, { sent, bytes });
      });
      sent += piece.length;
      progress('sending', sent / bytes);
    }
  } finally {
    await handle.close();
  }
}

async function readPiece(
  handle: FileHandle,
  length: number,
  { at, file }: { at: number; file: string },
): Promise<Buffer> {
  const piece = Buffer.alloc(length);
  for (let have = 0; have < length; ) {
    const { bytesRead } = await handle.read(piece, have, length - have, at + have);
    if (bytesRead === 0) throw new RunError('the image became shorter while it was sent', { where: file });
    have += bytesRead;
  }
  return piece;
}

function sendingFailed(error: unknown, { sent, bytes }: { sent: number; bytes: number }): unknown {
  if (!(error instanceof TargetError)) return error;
  const half = /does not match given SHA256|Too much data|complete file/.test(error.why ?? '');
  return new TargetError(error.message, {
    where: `after ${Math.round(sent / 1e6)} of ${Math.round(bytes / 1e6)} MB`,
    ...(error.why ? { why: error.why } : {}),
    fix: half
      ? 'MAAS has a half of an earlier upload: delete the image there, then upload again'
      : (error.fix ?? 'upload again; MAAS deploys only what is whole'),
    cause: error,
  });
}

/** Waits until MAAS has checked the file. */
async function whole(
  id: number,
  { sha256, access, edges, progress }: Pick<Sending, 'access' | 'edges' | 'progress'> & { sha256: string },
): Promise<void> {
  const until = edges.now() + MOST_WAIT;
  for (;;) {
    const { complete } = partOf(await readResource(id, access, edges), sha256);
    progress('waiting', complete ? 1 : 0);
    if (complete) return;
    if (edges.now() >= until) {
      throw new TargetError('MAAS has all of the image, and does not say that it is whole', {
        where: `boot-resources/${id}`,
        fix: 'look at the log of the region controller; then upload again',
      });
    }
    await edges.sleep(POLL, edges.signal);
  }
}

function partOf({ id, files }: BootResource, sha256: string): BootFile {
  const part = files.find((file) => file.sha256 === sha256);
  if (part) return part;
  throw new TargetError('MAAS has lost the image that is being uploaded', {
    where: `boot-resources/${id}`,
    fix: 'upload again',
  });
}

async function sumOf(
  file: string,
  { progress, signal }: { progress: UploadProgress; signal: AbortSignal },
): Promise<{ sha256: string; bytes: number }> {
  const there = await stat(file).catch(() => undefined);
  if (!there?.isFile())
    throw new RunError('there is no such image', { where: file, fix: 'proxwright image build' });
  const hash = createHash('sha256');
  let read = 0;
  for await (const piece of createReadStream(file, {
    highWaterMark: PIECE,
    signal,
  }) as AsyncIterable<Buffer>) {
    if (read === 0 && !piece.subarray(0, 2).equals(GZIP)) {
      throw new RunError('this is not a gzipped tarball', {
        where: file,
        fix: 'give one that `proxwright image build` made',
      });
    }
    hash.update(piece);
    read += piece.length;
    progress('reading', read / Math.max(read, there.size));
  }
  if (read === 0) throw new RunError('this file is empty', { where: file });
  return { sha256: hash.digest('hex'), bytes: read };
}

/** The first two bytes of RFC 1952. */
const GZIP = Buffer.from([0x1f, 0x8b]);
