import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { TargetError } from '../errors.ts';

/**
 * The text of a file. Throws node's own errors, and TargetError for what is no regular file, or too large: a named
 * pipe would be waited for, and a device read without end.
 */
export function readRegularFile(path: string, { mostBytes = Number.POSITIVE_INFINITY } = {}): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new TargetError('it is no regular file', { where: path });
    if (stat.size > mostBytes) {
      throw new TargetError(`it is larger than ${mostBytes / 1024} KiB`, { where: path });
    }
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}
