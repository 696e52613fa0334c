/** Which format an image of unknown origin has. */
import { TargetError, UsageError } from '../errors.ts';
import type { Fetch } from './edges.ts';
import type { DiskFormat } from './entry.ts';
import { ask } from './fetch-text.ts';
import { fileOf } from './template.ts';

const MAGIC: readonly { at: number; bytes: string; format: DiskFormat | 'compressed' }[] = [
  { at: 0, bytes: '514649fb', format: 'qcow2' },
  { at: 0, bytes: '4b444d56', format: 'vmdk' },
  { at: 257, bytes: '7573746172', format: 'ova' },
  { at: 0, bytes: '1f8b', format: 'compressed' },
  { at: 0, bytes: 'fd377a585a00', format: 'compressed' },
  { at: 0, bytes: '28b52ffd', format: 'compressed' },
  { at: 0, bytes: '425a68', format: 'compressed' },
  { at: 0, bytes: '504b0304', format: 'compressed' },
];

/** By the name's ending, else (an `.img` may be anything) by the first bytes. */
export async function formatOf(
  url: string,
  edge: { fetch: Fetch; signal?: AbortSignal },
): Promise<DiskFormat> {
  const ending = /\.(qcow2|raw|vmdk|ova)$/.exec(fileOf(url).toLowerCase())?.[1];
  if (ending) return ending as DiskFormat;
  if (/\.(xz|gz|bz2|zst|zip)$/.test(url)) throw compressed(url);
  const head = await ask(url, { ...edge, range: 'bytes=0-511' });
  if (head.status !== 206) {
    throw new TargetError('cannot tell the format of the image', {
      where: url,
      why: `the server answers ${head.status} to a request for the first bytes`,
      fix: 'give the format: qcow2, raw, vmdk or ova',
    });
  }
  const hex = head.body.toString('hex');
  const found = MAGIC.find((magic) => hex.startsWith(magic.bytes, magic.at * 2));
  if (found?.format === 'compressed') throw compressed(url);
  return found?.format ?? 'raw';
}

function compressed(url: string): UsageError {
  return new UsageError('a compressed image cannot be imported', {
    where: url,
    why: 'Proxmox VE takes qcow2, raw, vmdk and ova as they are',
    fix: 'give the address of an uncompressed image',
  });
}
