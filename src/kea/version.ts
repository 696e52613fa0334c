import type { Finding } from './finding.ts';

/** A published hole, and the versions that have it: [first, last] pairs, both inclusive. */
interface Hole {
  id: string;
  versions: readonly (readonly [string, string])[];
  what: string;
}

/** From ISC's security advisories (kb.isc.org). */
const HOLES: readonly Hole[] = [
  {
    id: 'CVE-2025-32801, CVE-2025-32802, CVE-2025-32803',
    versions: [
      ['0', '2.4.1'],
      ['2.5.0', '2.6.2'],
      ['2.7.0', '2.7.8'],
    ],
    what: 'local users with access to the control socket can load libraries and overwrite files; ours is root-only',
  },
  {
    id: 'CVE-2026-3608',
    versions: [
      ['2.6.0', '2.6.4'],
      ['3.0.0', '3.0.2'],
    ],
    what: 'a message to an API socket ends Kea; ours is a root-only unix socket, and Kea is restarted',
  },
];

/** What to know about an installed Kea of this version, such as `2.2.0`. */
export function knownHoles(version: string): Pick<Finding, 'severity' | 'message'>[] {
  return HOLES.filter(({ versions }) =>
    versions.some(
      ([first, last]) => compareVersions(version, first) >= 0 && compareVersions(version, last) <= 0,
    ),
  ).map(({ id, what }) => ({ severity: 'warning', message: `Kea ${version} has ${id}: ${what}` }));
}

/** `2.2.0` of what `kea-dhcp4 -v` prints; undefined if that is something else. */
export function parseKeaVersion(text: string): string | undefined {
  return /^(\d+\.\d+\.\d+)/.exec(text.trim())?.[1];
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split('.').map(Number)) as [number[], number[]];
  for (let index = 0; index < 3; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
