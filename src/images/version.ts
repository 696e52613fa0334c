/** Version numbers of images, and which version is the current one. */
import { TargetError, UsageError } from '../errors.ts';
import type { Fetch } from './edges.ts';
import type { CatalogueEntry, Support } from './entry.ts';
import { fetchText } from './fetch-text.ts';
import { fill } from './template.ts';

export interface ImageVersion {
  /** What `{version}` in a URL becomes. */
  path: string;
  /** The version, where it is known; not for folders that always hold the newest image. */
  version?: string;
}

/** The version asked for, or the publisher's current one (asked of the publisher where it says so). */
export async function imageVersion(
  entry: CatalogueEntry,
  wanted: { arch: string; version?: string; fetch: Fetch; signal?: AbortSignal },
): Promise<ImageVersion> {
  const { url, key, fixed, latest } = entry.version;
  if (wanted.version !== undefined) return pinnedVersion(entry, wanted.version);
  if (latest !== undefined) return { path: latest };
  if (fixed !== undefined) return { path: fixed, version: fixed };
  const where = fill(url ?? '', { arch: wanted.arch });
  const text = (await fetchText(where, wanted)).toString('utf8');
  const line = text.split(/\r?\n/).find((candidate) => candidate.startsWith(`${key}=`));
  const version = line?.slice(`${key}=`.length).trim().replaceAll(/^"|"$/g, '');
  if (version === undefined || !PATH_SAFE.test(version)) {
    throw new TargetError(`cannot tell the current version of ${entry.title}`, {
      where,
      why: line === undefined ? `there is no line ${key}= in it` : `"${version}" is not a version`,
      fix: 'try again later, or name a version',
    });
  }
  return { path: version, version };
}

/** Compares dotted versions number by number; negative if `a` is older. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let place = 0; place < Math.max(left.length, right.length); place++) {
    const difference = (left[place] ?? 0) - (right[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** What is known about a feature in a version: true, false, or the version that brings it; undefined if nothing. */
export function supports(
  support: Support | undefined,
  version: string | undefined,
): boolean | { since: string } | undefined {
  if (support === undefined || typeof support === 'boolean') return support;
  if (version === undefined || !/^\d+(\.\d+)*$/.test(version)) return support;
  return compareVersions(version, support.since) >= 0 ? true : support;
}

/** One segment of a path and of a file name, whoever it comes from. */
const PATH_SAFE = /^[0-9A-Za-z][0-9A-Za-z._+-]*$/;

function pinnedVersion(entry: CatalogueEntry, version: string): ImageVersion {
  if (!PATH_SAFE.test(version)) {
    throw new UsageError(`"${version}" is not a version of ${entry.title}`, {
      fix: 'use letters, digits, dots, + and -',
    });
  }
  const { url, fixed, pinned } = entry.version;
  if (url !== undefined || version === fixed) return { path: version, version };
  if (pinned !== undefined) return { path: fill(pinned, { version }), version };
  throw new UsageError(`${entry.id} has no version ${version}`, {
    why: fixed === undefined ? 'its publisher keeps only the newest image at this address' : `it is ${fixed}`,
    fix: 'leave the version out, or give a url and a checksum',
  });
}
