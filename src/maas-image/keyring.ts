import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { RunError } from '../errors.ts';
import type { ImageEdges } from './edges.ts';
import type { ImageSpec } from './image-spec.ts';

/** Proxmox' archive key for Debian 13; the checksum is the one in its installation guide (pve.proxmox.com/wiki). */
export const PROXMOX_KEY = {
  url: 'https://enterprise.proxmox.com/debian/proxmox-archive-keyring-trixie.gpg',
  sha256: '136673be77aba35dcce385b28737689ad64fd785a797e57897589aed08db6e45',
} as const;

/** Where the key is fetched from, and what it has to be; undefined where a file has it, or none is needed. */
export function keyToFetch(
  spec: Pick<ImageSpec, 'keyring' | 'proxmox'>,
): { url: string; sha256: string } | undefined {
  const from = spec.keyring ?? PROXMOX_KEY;
  return spec.proxmox === 'none' || 'file' in from ? undefined : from;
}

/** Puts the key of the Proxmox VE repository into `path`. A key that does not have its checksum stops everything. */
export async function fetchKeyring(
  spec: Pick<ImageSpec, 'keyring'>,
  path: string,
  edges: Pick<ImageEdges, 'fetch' | 'signal'>,
): Promise<void> {
  const from = spec.keyring ?? PROXMOX_KEY;
  const body = 'file' in from ? await fromFile(from.file) : await download(from, edges);
  await writeFile(path, body, { mode: 0o644 });
}

async function fromFile(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new RunError('the key of the repository cannot be read', {
      where: file,
      why: (cause as Error).message,
      fix: 'set maas_image.keyring.file to the file with the public key, not armoured',
      cause,
    });
  }
}

async function download(
  { url, sha256 }: { url: string; sha256: string },
  edges: Pick<ImageEdges, 'fetch' | 'signal'>,
): Promise<Buffer> {
  const { status, body } = await edges.fetch(url, edges.signal).catch((cause: Error) => {
    throw new RunError('the key of the Proxmox VE repository cannot be fetched', {
      where: url,
      why: reason(cause),
      fix: 'check the network of this machine, or give the key as maas_image.keyring.file',
      cause,
    });
  });
  if (status !== 200) {
    throw new RunError(`the key of the Proxmox VE repository is not there (HTTP ${status})`, {
      where: url,
      fix: 'give the key as maas_image.keyring.file',
    });
  }
  const found = createHash('sha256').update(body).digest('hex');
  if (found !== sha256.toLowerCase()) {
    throw new RunError('the key of the repository is not the expected one; nothing was built', {
      where: url,
      why: `its sha256 is ${found}, expected was ${sha256}`,
      fix: 'find out why before you trust another key: somebody may stand between you and the server',
    });
  }
  return body;
}

/** `fetch failed` says nothing; its cause does. */
function reason(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}
