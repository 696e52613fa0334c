import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Guest, parseGuestConf } from './guest-conf.ts';
import { withLastGood } from './last-good.ts';
import { readConf, unreadableGuest } from './read-conf.ts';
import { type ConfFile, listConfs } from './tree.ts';

/** What is known of the guests of this node, each with the text it came from. */
export interface GuestStore {
  guests(): Guest[];
  /** Reads one file again. True: it says something new. */
  refresh(file: ConfFile): boolean;
  /** Reads every file that looks different from outside, and forgets guests without a file. Throws if unreadable. */
  scan(nodeFolder: string): boolean;
  forget(vmid: number): boolean;
  /** Tries again what could not be read: whoever counts changes sees none in that. */
  retry(): boolean;
}

interface Known {
  guest: Guest;
  /** SHA-1 of the text: thousands of texts would be thousands of kilobytes. */
  hash: string;
  /** Modification time, size and inode. */
  stamp: string;
}

export function guestStore(): GuestStore {
  const known = new Map<number, Known>();
  const failed = new Map<number, ConfFile>();

  function refresh(file: ConfFile, stamp = ''): boolean {
    const { vmid, kind, path } = file;
    let text: string;
    try {
      text = readConf(path);
    } catch (error) {
      return notRead(file, error);
    }
    failed.delete(vmid);
    const before = known.get(vmid);
    const hash = createHash('sha1').update(text).digest('base64');
    if (before?.hash === hash && before.guest.kind === kind) {
      before.stamp = stamp;
      return false;
    }
    const guest = withLastGood(before?.guest, parseGuestConf(text, { vmid, kind }));
    known.set(vmid, { guest, hash, stamp });
    return true;
  }

  function notRead(file: ConfFile, error: unknown): boolean {
    const { vmid, path } = file;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      // Without its folder the guest's file is not gone: /etc/pve is. Nothing is known to have changed then.
      return existsSync(dirname(path)) && forget(vmid);
    }
    if (failed.has(vmid)) return false;
    failed.set(vmid, file);
    const guest = withLastGood(known.get(vmid)?.guest, unreadableGuest(file, error));
    known.set(vmid, { guest, hash: '', stamp: '' });
    return true;
  }

  function forget(vmid: number): boolean {
    failed.delete(vmid);
    return known.delete(vmid);
  }

  return {
    guests: () => [...known.values()].map(({ guest }) => guest),
    refresh: (file) => refresh(file),
    forget,
    retry: () => [...failed.values()].map((file) => refresh(file)).includes(true),
    scan(nodeFolder) {
      const files = listConfs(nodeFolder);
      let changed = false;
      for (const file of files) {
        const stat = statSync(file.path, { throwIfNoEntry: false });
        const stamp = stat ? `${stat.mtimeMs} ${stat.size} ${stat.ino}` : '';
        if (known.get(file.vmid)?.stamp !== stamp || stamp === '') changed = refresh(file, stamp) || changed;
      }
      const there = new Set(files.map(({ vmid }) => vmid));
      for (const vmid of known.keys()) {
        if (!there.has(vmid)) changed = forget(vmid) || changed;
      }
      return changed;
    },
  };
}
