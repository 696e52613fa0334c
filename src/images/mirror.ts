/** What the practice cluster serves in the publishers' place. Pure. */
import type { CatalogueEntry } from './entry.ts';
import { has, locate } from './locate.ts';
import { fill } from './template.ts';
import type { ImageVersion } from './version.ts';

export interface MirrorImage {
  url: string;
  format: 'qcow2' | 'raw';
  sums?: {
    url: string;
    algorithm: 'sha256' | 'sha512';
    /** `hash  file` lines, or Flatcar's blocks under `# SHA512 HASH`. */
    style: 'gnu' | 'flatcar';
    /** Detached: beside the sums. Clearsigned: a copy of the sums, which may have the same address. */
    signature?: { url: string; kind: 'detached' | 'clearsigned' };
  };
  /** Small files that say which version is current. */
  texts?: { url: string; text: string }[];
}

/** Every image of every architecture in the version that `sandbox_version` says is current. */
export function mirrorOf(entries: readonly CatalogueEntry[]): MirrorImage[] {
  return entries.flatMap((entry) => Object.values(entry.arches).flatMap((arch) => imagesOf(entry, arch)));
}

function imagesOf(entry: CatalogueEntry, arch: string | undefined): MirrorImage[] {
  if (arch === undefined || (entry.format !== 'qcow2' && entry.format !== 'raw')) return [];
  const { format, checksums, signature } = entry;
  const { url, key } = entry.version;
  const version = currentVersion(entry);
  const texts =
    url === undefined
      ? []
      : [{ url: fill(url, { arch }), text: `${key}=${version.path}\nPROXWRIGHT_SANDBOX=1\n` }];
  return entry.images
    .filter((image) => has(image, version.version))
    .map((image, index) => {
      const at = locate(entry, image, { arch, version });
      return {
        url: at.url,
        format,
        sums: {
          url: at.sums,
          algorithm: checksums.algorithm,
          // Our parser reads both, so one writer serves for `SHA256 (file) = hash` too.
          style: checksums.style === 'flatcar' ? 'flatcar' : 'gnu',
          ...(signature && at.signature && { signature: { url: at.signature, kind: signature.kind } }),
        },
        ...(index === 0 && texts.length > 0 && { texts }),
      };
    });
}

function currentVersion(entry: CatalogueEntry): ImageVersion {
  const { latest, fixed } = entry.version;
  if (latest !== undefined) return { path: latest };
  const version = fixed ?? entry.sandbox_version!;
  return { path: version, version };
}
