/** From a catalogue id to an address with a checksum that can be trusted. */
import { readAsset } from '../assets.ts';
import type { ChecksumLine } from './checksums.ts';
import type { Arch, CatalogueEntry } from './entry.ts';
import { chooseImage, has, type Located, locate, publisherArch } from './locate.ts';
import { readChecksum } from './read-checksum.ts';
import { resolveUrl, type UrlImage } from './resolve-url.ts';
import type { ResolvedImage, ResolveOptions, VerifiedBy } from './resolved.ts';
import { compareVersions, type ImageVersion, imageVersion, supports } from './version.ts';

export type { ResolvedImage, ResolveOptions, UrlImage };

/**
 * Finds version, address and checksum of an image, and verifies the checksum file's signature where the
 * publisher signs. The image itself is not fetched. Throws TargetError (the publisher's side) or UsageError.
 */
export async function resolveImage(
  source: CatalogueEntry | UrlImage,
  options: ResolveOptions,
): Promise<ResolvedImage> {
  if ('url' in source) return resolveUrl(source, options);
  const arch = publisherArch(source, options.arch);
  const version = await imageVersion(source, { ...options, arch });
  const image = chooseImage(source, version.version, options.transport);
  const located = locate(source, image, { arch, version });
  const { line, verifiedBy } = await trustedChecksum(source, located, options);
  return describe(source, { arch: options.arch, version, located, line, verifiedBy });
}

async function trustedChecksum(
  entry: CatalogueEntry,
  located: Located,
  options: ResolveOptions,
): Promise<{ line: ChecksumLine; verifiedBy: VerifiedBy }> {
  const from = { sums: located.sums, file: located.file, algorithms: [entry.checksums.algorithm] };
  if (!entry.signature || !located.signature) {
    const { line } = await readChecksum(from, options);
    return { line, verifiedBy: { kind: 'https', ...(entry.unsigned && { why: entry.unsigned }) } };
  }
  const { kind, key, fingerprint } = entry.signature;
  const trust = options.keys?.length
    ? { keys: options.keys }
    : { keys: [readAsset(`keys/${key}`)], fingerprint };
  const { line, signed } = await readChecksum(
    { ...from, signature: { url: located.signature, kind, trust } },
    options,
  );
  return { line, verifiedBy: { kind: 'signature', fingerprint: signed!.fingerprint } };
}

function describe(
  entry: CatalogueEntry,
  found: { arch: Arch; version: ImageVersion; located: Located; line: ChecksumLine; verifiedBy: VerifiedBy },
): ResolvedImage {
  const { arch, located, line } = found;
  const version = found.version.version;
  const features = {
    virtiofs: supports(entry.virtiofs, version),
    plan9: supports(entry.plan9, version),
    agent: supports(entry.agent?.[arch], version),
  };
  const known = Object.fromEntries(Object.entries(features).filter(([, value]) => value !== undefined));
  const ignition = entry.ignition &&
    located.image.transport && {
      transport: located.image.transport,
      specs: entry.ignition.specs
        .filter((spec) => !spec.since || !version || compareVersions(version, spec.since) >= 0)
        .map((spec) => spec.spec),
      transports: entry.images.flatMap((image) =>
        image.transport && has(image, version) ? [image.transport] : [],
      ),
      vendorData: supports(entry.ignition.vendor_data, version) === true,
    };
  return {
    id: entry.id,
    title: entry.title,
    ...(version !== undefined && { version }),
    arch,
    url: located.url,
    fileName: nameOnNode(
      [entry.id, version ?? line.value.slice(0, 12), located.image.label, arch],
      entry.format,
    ),
    format: entry.format,
    checksum: { algorithm: entry.checksums.algorithm, value: line.value },
    verifiedBy: found.verifiedBy,
    user: entry.user,
    ...(ignition && { ignition }),
    ...known,
    ...(line.size !== undefined && { size: line.size }),
  };
}

function nameOnNode(parts: readonly (string | undefined)[], format: string): string {
  return `${parts.filter((part) => part !== undefined).join('-')}.${format}`;
}
