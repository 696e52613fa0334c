import { TargetError } from '../errors.ts';
import { type Guest, parseGuestConf } from './guest-conf.ts';
import { readRegularFile } from './regular-file.ts';
import type { ConfFile } from './tree.ts';

/** The text of a guest's configuration. pmxcfs takes no file of more than 1 MiB. Throws as readRegularFile does. */
export function readConf(path: string): string {
  return readRegularFile(path, { mostBytes: 1024 * 1024 });
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
