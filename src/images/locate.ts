/** Where the files of a catalogue entry lie, once architecture and version are known. Pure. */
import { TargetError, UsageError } from '../errors.ts';
import type { Arch, CatalogueEntry, CatalogueImage, IgnitionTransport } from './entry.ts';
import { fileOf, fill, folderOf } from './template.ts';
import { compareVersions, type ImageVersion } from './version.ts';

export interface Located {
  image: CatalogueImage;
  url: string;
  /** The image's name in the checksum file. */
  file: string;
  sums: string;
  signature?: string;
}

/** The publisher's word for an architecture. Throws UsageError if the entry lacks it. */
export function publisherArch(entry: CatalogueEntry, arch: Arch): string {
  const word = entry.arches[arch];
  if (word !== undefined) return word;
  throw new UsageError(`${entry.title} is not published for ${arch}`, {
    fix: `choose ${Object.keys(entry.arches).join(' or ')}, or another image`,
  });
}

/** The image to use: of the transport asked for, else the first that this version has. */
export function chooseImage(
  entry: CatalogueEntry,
  version: string | undefined,
  transport?: IgnitionTransport,
): CatalogueImage {
  if (entry.kind === 'cloud') {
    if (transport === 'fw_cfg') {
      throw new UsageError(`${entry.title} takes cloud-init, not Ignition by fw_cfg`, {
        fix: 'leave ignition out, or choose a Flatcar image',
      });
    }
    return entry.images[0]!;
  }
  const asked = entry.images.filter((image) => transport === undefined || image.transport === transport);
  const there = asked.find((image) => has(image, version));
  if (there) return there;
  throw new TargetError(`${entry.title} ${version ?? ''} has no image for ${transport ?? 'Proxmox VE'}`, {
    why: `such images exist since ${asked.map((image) => image.since).join(', ') || 'never'}`,
    fix: `use ${transport === 'cloud-init' ? 'transport fw_cfg, ' : ''}a newer version or another channel`,
  });
}

/** Whether an image exists in a version. An unknown version counts as new. */
export function has(image: CatalogueImage, version: string | undefined): boolean {
  return image.since === undefined || version === undefined || compareVersions(version, image.since) >= 0;
}

/** All addresses of one image. */
export function locate(
  entry: CatalogueEntry,
  image: CatalogueImage,
  at: { arch: string; version: ImageVersion },
): Located {
  const names = { arch: at.arch, version: at.version.path };
  const url = fill(image.url, names);
  const derived = { ...names, image: url, folder: folderOf(url) };
  return {
    image,
    url,
    file: fileOf(url),
    sums: fill(entry.checksums.url, derived),
    ...(entry.signature && { signature: fill(entry.signature.url, derived) }),
  };
}
