import { isOn, type Row, rowOf, rowsOf, textAt } from '../understand.ts';

/** One apt repository as `GET /nodes/{node}/apt/repositories` lists it. */
export interface Repository {
  path: string;
  /** Within its file, 0-based. */
  index: number;
  enabled: boolean;
  uris: readonly string[];
  suites: readonly string[];
  components: readonly string[];
}

export interface Repositories {
  repositories: readonly Repository[];
  /** Files that apt's own parser refused. */
  broken: readonly { path: string; error: string }[];
}

/** Throws Garbled. */
export function repositoriesOf(value: unknown): Repositories {
  const whole = rowOf(value, 'the list of repositories');
  const repositories = rowsOf(whole.files, 'the list of repositories').flatMap((file) =>
    rowsOf(file.repositories ?? [], textAt(file, 'path')).map((row, index) => ({
      path: textAt(file, 'path'),
      index,
      enabled: isOn(row, 'Enabled'),
      uris: words(row, 'URIs'),
      suites: words(row, 'Suites'),
      components: words(row, 'Components'),
    })),
  );
  const broken = rowsOf(whole.errors ?? [], 'the errors of repositories').map((row) => ({
    path: textAt(row, 'path'),
    error: textAt(row, 'error'),
  }));
  return { repositories, broken };
}

function words(row: Row, key: string): string[] {
  const value = row[key];
  return Array.isArray(value) ? value.map(String) : [];
}

export function isProxmox({ uris }: Repository): boolean {
  return uris.some((uri) => /proxmox\.com/.test(uri));
}

export function isEnterprise({ uris }: Repository): boolean {
  return uris.some((uri) => /enterprise\.proxmox\.com/.test(uri));
}

/** Proxmox VE's packages themselves, not Ceph's or the backup server's. */
export function isPve({ components }: Repository): boolean {
  // By mirrors, too, whatever their address.
  return components.some((component) => /^(pve-(no-subscription|enterprise|test)|pvetest)$/.test(component));
}

/** Debian's own packages; from mirrors, too, which have them right below their root. */
export function isDebian({ uris, components, suites }: Repository): boolean {
  if (uris.some((uri) => /debian\.org/.test(uri))) return true;
  const alias = suites.some((suite) => /^(stable|testing|unstable)/.test(suite));
  return (
    !alias &&
    components.includes('main') &&
    uris.some((uri) => /^\w+:\/\/[^/]+\/debian(-security)?(\/|$)/.test(uri))
  );
}
