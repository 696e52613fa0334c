/** An image by address instead of by catalogue id. */
import { TargetError, UsageError } from '../errors.ts';
import { type ChecksumAlgorithm, parseChecksum } from './checksums.ts';
import { formatOf } from './disk-format.ts';
import type { DiskFormat } from './entry.ts';
import { readChecksum } from './read-checksum.ts';
import type { ResolvedImage, ResolveOptions, VerifiedBy } from './resolved.ts';
import { fileOf } from './template.ts';

export interface UrlImage {
  url: string;
  /** `sha256:HEX`, `sha512:HEX`, bare hex, or the https:// address of a checksum file. */
  checksum?: string;
  /** Address of a signature of that checksum file: detached, or a clearsigned copy. Needs `keys`. */
  signature?: string;
  format?: DiskFormat;
}

/** Resolves an address of the user's. Nothing unverified passes: there must be a checksum. */
export async function resolveUrl(image: UrlImage, options: ResolveOptions): Promise<ResolvedImage> {
  const name = fileOf(image.url);
  if (!/^https?:\/\//.test(image.url) || name === '') {
    throw new UsageError(`"${image.url}" is not the address of an image`, {
      fix: 'give an https:// address of a file',
    });
  }
  const format = image.format ?? (await formatOf(image.url, options));
  const { checksum, verifiedBy, size } = await checksumOf(image, options);
  const slug = name
    .toLowerCase()
    .replace(/\.(qcow2|raw|img|vmdk|ova)$/, '')
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '');
  return {
    id: slug || 'image',
    title: name,
    arch: options.arch,
    url: image.url,
    fileName: `${slug || 'image'}-${checksum.value.slice(0, 12)}-${options.arch}.${format}`,
    format,
    checksum,
    verifiedBy,
    ...(size !== undefined && { size }),
  };
}

interface Checked {
  checksum: { algorithm: ChecksumAlgorithm; value: string };
  verifiedBy: VerifiedBy;
  size?: number;
}

async function checksumOf(image: UrlImage, options: ResolveOptions): Promise<Checked> {
  const given = image.checksum === undefined ? undefined : parseChecksum(image.checksum);
  const sums = given ? undefined : image.checksum;
  requireTrust(image, { sums, inline: given !== undefined, keys: options.keys });
  if (given && image.signature === undefined) return { checksum: given, verifiedBy: { kind: 'answers' } };
  const { line, signed } = await readChecksum(
    {
      sums: sums ?? image.signature!,
      file: fileOf(image.url),
      algorithms: given ? [given.algorithm] : ['sha512', 'sha256'],
      ...(image.signature !== undefined && {
        signature: {
          url: image.signature,
          kind: sums === undefined || sums === image.signature ? 'clearsigned' : 'detached',
          trust: { keys: options.keys ?? [] },
        },
      }),
    },
    options,
  );
  if (given && given.value !== line.value) {
    throw new TargetError('the signed checksum differs from the one given', {
      where: image.signature ?? image.url,
      why: `signed is ${line.algorithm}:${line.value}`,
      fix: 'correct the checksum, or do not use this image',
    });
  }
  return {
    checksum: { algorithm: line.algorithm, value: line.value },
    verifiedBy: signed ? { kind: 'signature', fingerprint: signed.fingerprint } : { kind: 'https' },
    ...(line.size !== undefined && { size: line.size }),
  };
}

/** Refuses what could not be verified in the end. */
function requireTrust(
  image: UrlImage,
  has: { sums: string | undefined; inline: boolean; keys: readonly string[] | undefined },
): void {
  if (has.sums !== undefined && !/^https?:\/\//.test(has.sums)) {
    throw new UsageError(`"${has.sums}" is not a checksum`, {
      where: image.url,
      fix: 'give sha256:…, sha512:…, or the address of a checksum file',
    });
  }
  if (image.signature !== undefined && !has.keys?.length) {
    throw new UsageError('a signature needs the publisher’s public key', {
      where: image.signature,
      fix: 'give the key file',
    });
  }
  if (has.inline || image.signature !== undefined || has.sums?.startsWith('https://')) return;
  throw new UsageError('an image by address needs a checksum', {
    where: image.url,
    why:
      has.sums === undefined
        ? 'what is not verified is not installed'
        : 'a checksum file without a signature must come over https',
    fix: 'give checksum: sha256:…, or the https:// address of the publisher’s checksum file',
  });
}
