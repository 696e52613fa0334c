import { posix } from 'node:path';
import { TargetError } from '../errors.ts';

/**
 * The mode that a file can have at this place. The cluster file system under /etc/pve knows two: 0600 below
 * `priv`, 0640 with www-data elsewhere. Throws a TargetError rather than make a secret readable there.
 */
export function modeAt(path: string, mode: number): number {
  const whole = posix.normalize(path);
  if (!whole.startsWith('/etc/pve/')) return mode;
  if (PRIVATE.test(whole)) return 0o600;
  if ((mode & 0o040) !== 0) return 0o640;
  throw new TargetError('this file would be readable by the web server', {
    where: path,
    why: 'in the cluster file system only what lies below priv/ is for root alone',
    fix: 'keep it on a storage with snippets, or below /etc/pve/priv',
  });
}

const PRIVATE = /^\/etc\/pve\/(priv|(local|nodes\/[^/]+)\/priv)\//;

/** Four octal digits, as `install -m` takes it. */
export function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

/**
 * A name beside the file, hidden from listings of storages, for a rename that is atomic. Always the same
 * one: what a writer that was killed left there is overwritten by the next, and goes with the file.
 */
export function temporaryName(path: string): string {
  return posix.join(posix.dirname(path), `.${posix.basename(path)}.new`);
}
