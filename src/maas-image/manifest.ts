import type { PhaseId } from './edges.ts';
import type { ImageSpec } from './image-spec.ts';

/** What is written beside the tarball. Two builds of the same packages differ in `times` alone. */
export interface Manifest {
  version: 1;
  release: string;
  arch: string;
  proxmox: string;
  engine: ImageSpec['engine'];
  /** Hash of what was asked for (recipe-hash.ts); absent in images of another tool. */
  recipe?: string;
  /** Versions of the kernels in /boot. */
  kernels: string[];
  tarball: { file: string; sha256: string; bytes: number; unpacked: number };
  packages: { name: string; version: string; arch: string }[];
  /** Seconds since 1970 that file times were cut to, where reproducibility was asked for. */
  source_date_epoch?: number;
  /** How many checks of `image verify` passed or warned, once the run that built it had them all. */
  verified?: { pass: number; warn: number };
  times: { started: string; seconds: number; phases: { phase: PhaseId | string; seconds: number }[] };
}

/** `packages.tsv` of the hook: name, version and architecture, with tabs. */
export function readPackages(text: string): Manifest['packages'] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', version = '', arch = ''] = line.split('\t');
      return { name, version, arch };
    })
    .sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0));
}

/** `proxmox-ve.tar.gz` has its manifest in `proxmox-ve.manifest.json`. */
export function besideTarball(output: string, suffix: string): string {
  return `${output.replace(/\.(tar\.gz|tgz)$/, '')}${suffix}`;
}
