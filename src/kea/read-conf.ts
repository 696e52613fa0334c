import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { TargetError } from '../errors.ts';
import { type Guest, parseGuestConf } from './guest-conf.ts';
import type { ConfFile } from './tree.ts';

/** pmxcfs takes no larger file (MEMDB_MAX_FILE_SIZE). */
const MOST_BYTES = 1024 * 1024;

/**
 * The text of a guest's configuration. Throws node's own errors, and TargetError for what is no regular file: a named
 * pipe would be waited for, and a device read without end.
 */
export function readConf(path: string): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new TargetError('it is no regular file', { where: path });
    if (stat.size > MOST_BYTES) throw new TargetError('it is larger than 1 MiB', { where: path });
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/** What is known of a guest whose file cannot be read: nothing but that. */
export function unreadableGuest({ path, vmid, kind }: ConfFile, error: unknown): Guest {
  const why = error instanceof TargetError ? error.message : (error as NodeJS.ErrnoException).code;
  const message = `${path} cannot be read: ${why ?? String(error)}`;
  return {
    ...parseGuestConf('', { vmid, kind }),
    findings: [{ vmid, nic: null, severity: 'error', message }],
  };
}
